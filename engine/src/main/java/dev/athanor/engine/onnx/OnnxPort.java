package dev.athanor.engine.onnx;

import java.util.List;

/**
 * An input or output of a graph.
 *
 * @param name of the value
 * @param typeName name of its element type, in capitals; empty where the file does not say
 * @param dims its dimensions, -1 where they vary; null where the file does not say
 */
public record OnnxPort(String name, String typeName, List<Integer> dims) {
    public OnnxPort {
        dims = dims == null ? null : List.copyOf(dims);
    }

    /** Number of dimensions, or -1 where the file does not say. */
    public int rank() {
        return dims == null ? -1 : dims.size();
    }

    @Override
    public String toString() {
        return name + " (" + typeName + (dims == null ? "" : " " + dims) + ")";
    }
}
