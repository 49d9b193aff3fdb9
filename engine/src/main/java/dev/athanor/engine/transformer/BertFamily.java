package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.transformer.TransformerSpec.Attention;
import dev.athanor.engine.transformer.TransformerSpec.Block;
import dev.athanor.engine.transformer.TransformerSpec.Embedding;
import dev.athanor.engine.transformer.TransformerSpec.FeedForward;
import dev.athanor.engine.transformer.TransformerSpec.Head;
import dev.athanor.engine.transformer.TransformerSpec.Norm;
import dev.athanor.engine.transformer.TransformerSpec.Placement;
import java.util.Collections;
import java.util.List;

/** BERT, arXiv:1810.04805, and RoBERTa, arXiv:1907.11692, whose positions begin after the padding's. */
record BertFamily(TransformerSpec spec, List<String> prefixes) implements Family {
    static BertFamily bert(ConfigJson c) {
        return new BertFamily(spec(c, 0), List.of("", "bert."));
    }

    static BertFamily roberta(ConfigJson c) {
        return new BertFamily(spec(c, c.count("pad_token_id", 1) + 1), List.of("", "roberta."));
    }

    private static TransformerSpec spec(ConfigJson c, int positionOffset) {
        c.require("position_embedding_type", "absolute", c.text("position_embedding_type", "absolute"));
        c.require("is_decoder", false, c.flag("is_decoder", false));
        int width = c.size("hidden_size");
        int positions = c.size("max_position_embeddings");
        Norm norm = new Norm(Norm.Kind.LAYER, c.number("layer_norm_eps", 1e-12));
        AttentionShape shape = heads(c, "num_attention_heads", width);
        Block block = new Block(
                new Attention(shape, null, null, true, true),
                new FeedForward(c.size("intermediate_size"), c.activation("hidden_act", "gelu"), false, true),
                norm,
                Placement.AFTER);
        if (positionOffset >= positions) {
            throw c.wrong("max_position_embeddings", positions, "more than the " + positionOffset + " left out");
        }
        return new TransformerSpec(
                c.size("vocab_size"),
                width,
                positions - positionOffset,
                new Embedding(1, positions, positionOffset, c.count("type_vocab_size", 2), norm),
                Collections.nCopies(c.size("num_hidden_layers"), block),
                null,
                false,
                Head.NONE);
    }

    /** Bidirectional heads that share the width evenly. */
    static AttentionShape heads(ConfigJson c, String name, int width) {
        int heads = c.size(name);
        if (width % heads != 0) {
            throw c.wrong(name, heads, "a divisor of the width " + width);
        }
        int headWidth = width / heads;
        return new AttentionShape(heads, heads, headWidth, (float) (1 / Math.sqrt(headWidth)), false, 0);
    }

    @Override
    public WeightNames names() {
        WeightNames names = new WeightNames()
                .table(WeightShapes.TOKENS, "embeddings.word_embeddings.weight")
                .table(WeightShapes.POSITIONS, "embeddings.position_embeddings.weight")
                .table(WeightShapes.TYPES, "embeddings.token_type_embeddings.weight")
                .norm(WeightShapes.EMBEDDING_NORM, "embeddings.LayerNorm");
        for (int i = 0; i < spec.blocks().size(); i++) {
            String to = WeightShapes.block(i);
            String from = "encoder.layer." + i + ".";
            names.linear(to + "attention.query", from + "attention.self.query")
                    .linear(to + "attention.key", from + "attention.self.key")
                    .linear(to + "attention.value", from + "attention.self.value")
                    .linear(to + "attention.output", from + "attention.output.dense")
                    .norm(to + "attention.norm", from + "attention.output.LayerNorm")
                    .linear(to + "feed.input", from + "intermediate.dense")
                    .linear(to + "feed.output", from + "output.dense")
                    .norm(to + "feed.norm", from + "output.LayerNorm");
        }
        return names;
    }
}
