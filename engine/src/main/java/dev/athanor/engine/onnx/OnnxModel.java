package dev.athanor.engine.onnx;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model as its file says it, with its tensors; checked to hold together by {@link OnnxProgram#of}.
 *
 * <pre>{@code
 * OnnxModel model = OnnxModel.read(Path.of("model.onnx"));
 * OnnxProgram program = OnnxProgram.of(model, kernels);
 * Map<String, OnnxValue> results = program.run(Map.of("x", OnnxValue.of(new float[] {1, 2}, 1, 2)));
 * }</pre>
 */
public final class OnnxModel {
    private static final long LONGEST = Integer.MAX_VALUE;
    private static final List<String> SHAPING =
            List.of("Identity", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast");

    final String location;
    final long opset;
    final List<OnnxNode> nodes;
    final Map<String, OnnxValue> constants;
    private final String producer;
    private final List<OnnxPort> inputs;
    private final List<OnnxPort> outputs;
    private final Map<String, Path> dataFiles;

    OnnxModel(
            String location,
            String producer,
            long opset,
            List<OnnxNode> nodes,
            Map<String, OnnxValue> constants,
            List<OnnxPort> inputs,
            List<OnnxPort> outputs,
            Map<String, Path> dataFiles) {
        this.location = location;
        this.producer = producer;
        this.opset = opset;
        this.nodes = List.copyOf(nodes);
        this.constants = new LinkedHashMap<>(constants);
        this.inputs = List.copyOf(inputs);
        this.outputs = List.copyOf(outputs);
        this.dataFiles = Map.copyOf(dataFiles);
    }

    /** Finds the file of a name beside the model; null where there is none. */
    @FunctionalInterface
    public interface Beside {
        Path find(String name) throws IOException;
    }

    /**
     * Reads a file, and the data files beside it.
     *
     * @throws AthanorException if it is damaged, or keeps tensors outside its folder
     */
    public static OnnxModel read(Path file) {
        return read(file, name -> {
            Path folder = file.toRealPath().getParent();
            Path data = folder.resolve(name);
            if (Files.exists(data) && !data.toRealPath().startsWith(folder)) {
                throw new IOException("it is a link to " + data.toRealPath() + ", outside the model's folder");
            }
            return data;
        });
    }

    /** As {@link #read(Path)}, with data files that lie elsewhere. */
    public static OnnxModel read(Path file, Beside beside) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() > LONGEST) {
                throw damaged(
                        file.toString(), "it has " + channel.size() + " bytes, and no message has more than 2 GiB");
            }
            return read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size()), file.toString(), beside);
        } catch (IOException e) {
            throw new AthanorException(
                    problem(file.toString()), "the file cannot be read: " + e, "Check the path and its permissions", e);
        }
    }

    /** Reads the bytes of a file. */
    static OnnxModel read(ByteBuffer bytes, String location, Beside beside) {
        return new ModelReader(location, new ExternalData(beside, location)).read(new WireReader(bytes, location));
    }

    /** Where it was read from. */
    public String location() {
        return location;
    }

    /** What wrote it: {@code pytorch}. */
    public String producer() {
        return producer;
    }

    /** What must be given, in order. */
    public List<OnnxPort> inputs() {
        return inputs;
    }

    /** What is computed, in order. */
    public List<OnnxPort> outputs() {
        return outputs;
    }

    /** The files beside it that hold tensors, by the names it has for them. */
    public Map<String, Path> dataFiles() {
        return dataFiles;
    }

    /** Numbers that were learned: elements of all tensors of fractions. */
    public long parameters() {
        return constants.values().stream()
                .filter(v -> v.type().isReal())
                .mapToLong(OnnxValue::size)
                .sum();
    }

    /** Bytes of the learned numbers in their files, by the name of their type. */
    public Map<String, Long> weightBytes() {
        Map<String, Long> bytes = new LinkedHashMap<>();
        constants.values().stream()
                .filter(v -> v.type().isReal())
                .forEach(v ->
                        bytes.merge(v.type().name(), (long) v.size() * v.type().bytes(), Long::sum));
        return bytes;
    }

    /** The operator that computes a value, looking through those that only change its shape; empty for an input. */
    public String producerOf(String value) {
        String wanted = value;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            OnnxNode node = nodes.get(i);
            if (node.outputs().contains(wanted)) {
                if (!SHAPING.contains(node.operator()) || node.inputs().isEmpty()) {
                    return node.operator();
                }
                wanted = node.inputs().get(0);
            }
        }
        return "";
    }

    static String problem(String location) {
        return "Cannot read the ONNX model " + location;
    }

    static AthanorException damaged(String location, String why) {
        return new AthanorException(
                problem(location), why, "The file is damaged or not an ONNX file: export or copy it again");
    }
}
