package dev.athanor.engine.onnx;

import java.util.List;
import java.util.Map;

/**
 * One operation of a graph.
 *
 * @param name of the node, for messages; may be empty
 * @param domain whose operator it is; empty for those of ONNX
 * @param operator its name
 * @param inputs names of values; an empty one is left out
 * @param outputs names of values; an empty one is not wanted
 * @param attributes by name
 */
record OnnxNode(
        String name,
        String domain,
        String operator,
        List<String> inputs,
        List<String> outputs,
        Map<String, OnnxAttribute> attributes) {

    /** The operator as errors name it. */
    String qualified() {
        return domain.isEmpty() ? operator : domain + "." + operator;
    }

    /** The node as errors name it. */
    String describe() {
        return "node " + (name.isEmpty() ? "of output " + (outputs.isEmpty() ? "" : outputs.get(0)) : name) + " ("
                + qualified() + ")";
    }
}
