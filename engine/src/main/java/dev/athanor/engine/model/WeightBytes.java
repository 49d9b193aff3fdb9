package dev.athanor.engine.model;

import dev.athanor.engine.format.GgufFile;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.format.TensorEncoding;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How much room a package's weights take, by precision; read from what their file says of itself.
 *
 * @param bytes by the name of the precision: {@code fp32}
 */
public record WeightBytes(Map<String, Long> bytes) {
    private static final double MEGA = 1e6;

    /** What is kept beside weights: positions, masks. */
    private static final Set<TensorEncoding> INDICES =
            EnumSet.of(TensorEncoding.I64, TensorEncoding.I32, TensorEncoding.BOOL);

    /** What ONNX calls them. */
    private static final Map<String, String> ENCODINGS =
            Map.of("FLOAT", "F32", "DOUBLE", "F64", "FLOAT16", "F16", "BFLOAT16", "BF16");

    public WeightBytes {
        bytes = Map.copyOf(new TreeMap<>(bytes));
    }

    /**
     * Reads them.
     *
     * @throws dev.athanor.engine.AthanorException if the weights cannot be read
     */
    public static WeightBytes of(PackageFiles files) {
        PackageReader reader = new PackageReader(files);
        String location = reader.location(PackageNames.WEIGHTS);
        try {
            if (files.list().contains(PackageNames.GGUF)) {
                return of(reader.local(reader.manifest(), PackageNames.GGUF));
            }
            if (files.list().contains(PackageNames.ONNX)) {
                Map<String, Long> bytes = new TreeMap<>();
                OnnxPackage.read(reader, reader.manifest())
                        .weightBytes()
                        .forEach((type, count) -> bytes.put(name(TensorEncoding.valueOf(ENCODINGS.get(type))), count));
                return new WeightBytes(bytes);
            }
        } catch (IOException e) {
            throw reader.unreadable(e);
        }
        try (InputStream in = new BufferedInputStream(files.open(PackageNames.WEIGHTS), 1 << 16)) {
            Map<String, Long> bytes = new TreeMap<>();
            SafeTensors.bytes(in, files.size(PackageNames.WEIGHTS), location).forEach((type, count) -> {
                if (!INDICES.contains(type)) {
                    bytes.put(name(type), count);
                }
            });
            return new WeightBytes(bytes);
        } catch (IOException e) {
            throw reader.unreadable(e);
        }
    }

    private static WeightBytes of(Path gguf) {
        try (GgufFile file = GgufFile.open(gguf)) {
            Map<String, Long> bytes = new TreeMap<>();
            file.tensors().values().forEach(t -> bytes.merge(name(t.encoding()), t.byteSize(), Long::sum));
            return new WeightBytes(bytes);
        }
    }

    private static String name(TensorEncoding encoding) {
        return switch (encoding) {
            case F64 -> "fp64";
            case F32 -> "fp32";
            case F16 -> "fp16";
            case I8 -> "int8";
            default -> encoding.name().toLowerCase(Locale.ROOT);
        };
    }

    /** Bytes of all precisions. */
    public long total() {
        return bytes.values().stream().mapToLong(Long::longValue).sum();
    }

    /** In millions of bytes: {@code fp32 90.9 MB}. */
    @Override
    public String toString() {
        return new TreeMap<>(bytes)
                .entrySet().stream()
                        .map(e -> String.format(Locale.ROOT, "%s %,.1f MB", e.getKey(), e.getValue() / MEGA))
                        .collect(Collectors.joining(", "));
    }
}
