/**
 * ONNX graphs: read from their files without running anything of them, checked, and computed on kernels.
 *
 * <p>Entry types: {@link dev.athanor.engine.onnx.OnnxModel} to read, {@link dev.athanor.engine.onnx.OnnxProgram} to run,
 * {@link dev.athanor.engine.onnx.OnnxOperators} for what is supported. Depends on {@code tensor} and {@code kernels}
 * only. The messages of <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a> are read from
 * protobuf's wire format by two classes of this package, so that no version of a protobuf library can clash with that
 * of a cluster.
 */
package dev.athanor.engine.onnx;
