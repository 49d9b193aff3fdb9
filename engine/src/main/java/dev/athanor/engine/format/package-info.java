/**
 * Weight files, written and read by own code that trusts nothing in them and runs nothing from them.
 *
 * <p>{@link dev.athanor.engine.format.WeightFile} is the entry: {@link dev.athanor.engine.format.SafeTensorsFile} opens a
 * safetensors file or the shards of a folder, {@link dev.athanor.engine.format.GgufFile} a GGUF file. Either yields
 * {@link dev.athanor.engine.format.StoredTensor}s by name, each mapped into memory by itself, decoded whole or row by row,
 * and {@link dev.athanor.engine.format.WeightMetadata}. Names stay those of the file: which tensor is which layer is the
 * importer's knowledge.
 *
 * <table>
 * <caption>What is read</caption>
 * <tr><th>format</th><th>encodings</th></tr>
 * <tr><td>safetensors</td><td>F64, F32, F16, BF16, I64, I32, I16, I8, U8, BOOL</td></tr>
 * <tr><td>GGUF 2 and 3</td><td>F64, F32, F16, BF16, I64, I32, I16, I8, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K,
 * Q6_K</td></tr>
 * </table>
 *
 * <p>Any other encoding is refused by name. Opening reads the description alone (100 MB of safetensors header, 256 MiB of
 * GGUF description at most) and checks each claim, sizes, offsets, overlaps and counts, against the file before memory is
 * taken for it. One tensor may take up to 2 GiB. {@link dev.athanor.engine.format.SafeTensors} writes and reads the
 * weights of a model package as streams, on any file system. Depends on the engine's exception,
 * {@link dev.athanor.engine.tensor.Tensor}, and {@link dev.athanor.engine.kernels.BlockWeights}, as which encoded matrices
 * go to the kernels.
 */
package dev.athanor.engine.format;
