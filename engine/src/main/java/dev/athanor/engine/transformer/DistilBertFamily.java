package dev.athanor.engine.transformer;

import dev.athanor.engine.transformer.TransformerSpec.Attention;
import dev.athanor.engine.transformer.TransformerSpec.Block;
import dev.athanor.engine.transformer.TransformerSpec.Embedding;
import dev.athanor.engine.transformer.TransformerSpec.FeedForward;
import dev.athanor.engine.transformer.TransformerSpec.Head;
import dev.athanor.engine.transformer.TransformerSpec.Norm;
import dev.athanor.engine.transformer.TransformerSpec.Placement;
import java.util.Collections;
import java.util.List;

/** DistilBERT, arXiv:1910.01108. */
record DistilBertFamily(TransformerSpec spec) implements Family {
    private static final Norm NORM = new Norm(Norm.Kind.LAYER, 1e-12);

    static DistilBertFamily of(ConfigJson c) {
        int width = c.size("dim");
        int positions = c.size("max_position_embeddings");
        Block block = new Block(
                new Attention(BertFamily.heads(c, "n_heads", width), null, null, true, true),
                new FeedForward(c.size("hidden_dim"), c.activation("activation", "gelu"), false, true),
                NORM,
                Placement.AFTER);
        return new DistilBertFamily(new TransformerSpec(
                c.size("vocab_size"),
                width,
                positions,
                new Embedding(1, positions, 0, 0, NORM),
                Collections.nCopies(c.size("n_layers"), block),
                null,
                false,
                Head.NONE));
    }

    @Override
    public List<String> prefixes() {
        return List.of("", "distilbert.");
    }

    @Override
    public WeightNames names() {
        WeightNames names = new WeightNames()
                .table(WeightShapes.TOKENS, "embeddings.word_embeddings.weight")
                .table(WeightShapes.POSITIONS, "embeddings.position_embeddings.weight")
                .norm(WeightShapes.EMBEDDING_NORM, "embeddings.LayerNorm");
        for (int i = 0; i < spec.blocks().size(); i++) {
            String to = WeightShapes.block(i);
            String from = "transformer.layer." + i + ".";
            names.linear(to + "attention.query", from + "attention.q_lin")
                    .linear(to + "attention.key", from + "attention.k_lin")
                    .linear(to + "attention.value", from + "attention.v_lin")
                    .linear(to + "attention.output", from + "attention.out_lin")
                    .norm(to + "attention.norm", from + "sa_layer_norm")
                    .linear(to + "feed.input", from + "ffn.lin1")
                    .linear(to + "feed.output", from + "ffn.lin2")
                    .norm(to + "feed.norm", from + "output_layer_norm");
        }
        return names;
    }
}
