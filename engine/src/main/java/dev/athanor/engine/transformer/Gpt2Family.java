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

/** GPT-2 (Radford et al., "Language models are unsupervised multitask learners", 2019). */
record Gpt2Family(TransformerSpec spec) implements Family {
    static Gpt2Family of(ConfigJson c) {
        c.require("scale_attn_weights", true, c.flag("scale_attn_weights", true));
        c.require("scale_attn_by_inverse_layer_idx", false, c.flag("scale_attn_by_inverse_layer_idx", false));
        c.require("tie_word_embeddings", true, c.flag("tie_word_embeddings", true));
        int width = c.size("n_embd");
        int positions = c.size("n_positions");
        AttentionShape s = BertFamily.heads(c, "n_head", width);
        Norm norm = new Norm(Norm.Kind.LAYER, c.number("layer_norm_epsilon", 1e-5));
        Block block = new Block(
                new Attention(
                        new AttentionShape(s.heads(), s.heads(), s.headWidth(), s.scale(), true, 0),
                        null,
                        null,
                        true,
                        true),
                new FeedForward(
                        c.size("n_inner", 4 * width), c.activation("activation_function", "gelu_new"), false, true),
                norm,
                Placement.BEFORE);
        return new Gpt2Family(new TransformerSpec(
                c.size("vocab_size"),
                width,
                positions,
                new Embedding(1, positions, 0, 0, null),
                Collections.nCopies(c.size("n_layer"), block),
                norm,
                true,
                Head.TIED));
    }

    @Override
    public List<String> prefixes() {
        return List.of("transformer.", "");
    }

    /** Its matrices are (inputs, outputs), and query, key and value lie side by side in one. */
    @Override
    public WeightNames names() {
        int width = spec.width();
        WeightNames names = new WeightNames()
                .table(WeightShapes.TOKENS, "wte.weight")
                .table(WeightShapes.POSITIONS, "wpe.weight")
                .norm(WeightShapes.NORM, "ln_f");
        for (int i = 0; i < spec.blocks().size(); i++) {
            String to = WeightShapes.block(i);
            String from = "h." + i + ".";
            names.norm(to + "attention.norm", from + "ln_1")
                    .columns(to + "attention.query", from + "attn.c_attn", 0, width)
                    .columns(to + "attention.key", from + "attn.c_attn", width, 2 * width)
                    .columns(to + "attention.value", from + "attn.c_attn", 2 * width, 3 * width)
                    .plain(to + "attention.output", from + "attn.c_proj")
                    .norm(to + "feed.norm", from + "ln_2")
                    .plain(to + "feed.input", from + "mlp.c_fc")
                    .plain(to + "feed.output", from + "mlp.c_proj");
        }
        return names;
    }
}
