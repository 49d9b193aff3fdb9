package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.AttentionShape;
import java.util.LinkedHashMap;
import java.util.Map;

/** The one place that says which tensors an architecture has: name to shape; matrices are (inputs, outputs). */
final class WeightShapes {
    static final String TOKENS = "embedding.tokens";
    static final String POSITIONS = "embedding.positions";
    static final String TYPES = "embedding.types";
    static final String EMBEDDING_NORM = "embedding.norm";
    static final String NORM = "norm";
    static final String HEAD = "head.weight";
    static final String BLOCKS = "blocks.";

    private final Map<String, int[]> shapes = new LinkedHashMap<>();

    private WeightShapes() {}

    static Map<String, int[]> of(TransformerSpec spec) {
        WeightShapes w = new WeightShapes();
        int width = spec.width();
        w.shapes.put(TOKENS, new int[] {spec.vocabulary(), width});
        if (spec.embedding().positions() > 0) {
            w.shapes.put(POSITIONS, new int[] {spec.embedding().positions(), width});
        }
        if (spec.embedding().types() > 0) {
            w.shapes.put(TYPES, new int[] {spec.embedding().types(), width});
        }
        w.norm(EMBEDDING_NORM, spec.embedding().norm(), width);
        for (int i = 0; i < spec.blocks().size(); i++) {
            w.block(block(i), spec.blocks().get(i), width);
        }
        w.norm(NORM, spec.norm(), width);
        if (spec.head() == TransformerSpec.Head.OWN) {
            w.shapes.put(HEAD, new int[] {width, spec.vocabulary()});
        }
        return w.shapes;
    }

    /** Whether rows of it are looked up by number. */
    static boolean isTable(String name) {
        return name.equals(TOKENS) || name.equals(POSITIONS) || name.equals(TYPES);
    }

    static String block(int i) {
        return BLOCKS + i + ".";
    }

    private void block(String name, TransformerSpec.Block block, int width) {
        TransformerSpec.Attention attention = block.attention();
        AttentionShape shape = attention.shape();
        linear(name + "attention.query", width, shape.queryWidth(), attention.inputBias());
        linear(name + "attention.key", width, shape.keyWidth(), attention.inputBias());
        linear(name + "attention.value", width, shape.keyWidth(), attention.inputBias());
        norm(name + "attention.query.norm", attention.norm(), shape.headWidth());
        norm(name + "attention.key.norm", attention.norm(), shape.headWidth());
        linear(name + "attention.output", shape.queryWidth(), width, attention.outputBias());
        norm(name + "attention.norm", block.norm(), width);
        TransformerSpec.FeedForward feed = block.feedForward();
        if (feed.gated()) {
            linear(name + "feed.gate", width, feed.width(), feed.bias());
        }
        linear(name + "feed.input", width, feed.width(), feed.bias());
        linear(name + "feed.output", feed.width(), width, feed.bias());
        norm(name + "feed.norm", block.norm(), width);
        if (block.placement() == TransformerSpec.Placement.AROUND) {
            norm(name + "attention.after", block.norm(), width);
            norm(name + "feed.after", block.norm(), width);
        }
    }

    private void linear(String name, int inputs, int outputs, boolean bias) {
        shapes.put(name + ".weight", new int[] {inputs, outputs});
        if (bias) {
            shapes.put(name + ".bias", new int[] {outputs});
        }
    }

    private void norm(String name, TransformerSpec.Norm norm, int width) {
        if (norm != null) {
            shapes.put(name + ".gain", new int[] {width});
            if (norm.kind() == TransformerSpec.Norm.Kind.LAYER) {
                shapes.put(name + ".shift", new int[] {width});
            }
        }
    }
}
