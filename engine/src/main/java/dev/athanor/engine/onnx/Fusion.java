package dev.athanor.engine.onnx;

import java.util.List;
import java.util.Map;

/** Nodes that are computed together with those before them. */
final class Fusion {
    /** Attribute of a fused node: the name of the activation that follows the product. */
    static final String ACTIVATION = "athanor.activation";

    private Fusion() {}

    static List<OnnxNode> fuse(List<OnnxNode> nodes, Map<String, OnnxValue> known, List<String> wanted) {
        return nodes;
    }
}
