package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.transformer.TransformerSpec.Attention;
import dev.athanor.engine.transformer.TransformerSpec.Block;
import dev.athanor.engine.transformer.TransformerSpec.Embedding;
import dev.athanor.engine.transformer.TransformerSpec.FeedForward;
import dev.athanor.engine.transformer.TransformerSpec.Head;
import dev.athanor.engine.transformer.TransformerSpec.Norm;
import dev.athanor.engine.transformer.TransformerSpec.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Llama, arXiv:2302.13971, and its kin: Mistral, arXiv:2310.06825, Qwen 2, arXiv:2407.10671, Qwen 3, arXiv:2505.09388. */
record LlamaFamily(TransformerSpec spec) implements Family {
    static LlamaFamily llama(ConfigJson c) {
        boolean bias = c.flag("attention_bias", false);
        return of(c, i -> false, bias, bias, false);
    }

    static LlamaFamily mistral(ConfigJson c) {
        return of(c, i -> c.has("sliding_window"), false, false, false);
    }

    static LlamaFamily qwen2(ConfigJson c) {
        return of(c, sliding(c), true, false, false);
    }

    static LlamaFamily qwen3(ConfigJson c) {
        boolean bias = c.flag("attention_bias", false);
        return of(c, sliding(c), bias, bias, true);
    }

    /** Which blocks have a window. */
    private static IntPredicate sliding(ConfigJson c) {
        List<String> types = c.texts("layer_types");
        if (!types.isEmpty()) {
            return i -> i < types.size() && types.get(i).equals("sliding_attention");
        }
        int first = c.count("max_window_layers", 0);
        return i -> c.flag("use_sliding_window", false) && c.has("sliding_window") && i >= first;
    }

    private static LlamaFamily of(
            ConfigJson c, IntPredicate sliding, boolean inputBias, boolean outputBias, boolean headNorm) {
        int width = c.size("hidden_size");
        int heads = c.size("num_attention_heads");
        int keyHeads = c.size("num_key_value_heads", heads);
        int headWidth = c.size("head_dim", Math.max(1, width / heads));
        if (heads % keyHeads != 0) {
            throw c.wrong("num_key_value_heads", keyHeads, "a divisor of num_attention_heads " + heads);
        }
        Norm norm = new Norm(Norm.Kind.RMS, c.number("rms_norm_eps", 1e-6));
        FeedForward feed = new FeedForward(
                c.size("intermediate_size"), c.activation("hidden_act", "silu"), true, c.flag("mlp_bias", false));
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < c.size("num_hidden_layers"); i++) {
            AttentionShape shape = new AttentionShape(
                    heads,
                    keyHeads,
                    headWidth,
                    (float) (1 / Math.sqrt(headWidth)),
                    true,
                    sliding.test(i) ? c.size("sliding_window") : 0);
            blocks.add(new Block(
                    new Attention(
                            shape,
                            RotaryConfig.read(c, null, c.number("rope_theta", 10000), headWidth),
                            headNorm ? norm : null,
                            inputBias,
                            outputBias),
                    feed,
                    norm,
                    Placement.BEFORE));
        }
        return new LlamaFamily(new TransformerSpec(
                c.size("vocab_size"),
                width,
                c.size("max_position_embeddings", 2048),
                new Embedding(1, 0, 0, 0, null),
                blocks,
                norm,
                true,
                c.flag("tie_word_embeddings", false) ? Head.TIED : Head.OWN));
    }

    @Override
    public List<String> prefixes() {
        return List.of("model.", "");
    }

    @Override
    public WeightNames names() {
        WeightNames names = new WeightNames()
                .table(WeightShapes.TOKENS, "embed_tokens.weight")
                .norm(WeightShapes.NORM, "norm")
                .transposed(WeightShapes.HEAD, "lm_head.weight");
        for (int i = 0; i < spec.blocks().size(); i++) {
            String to = WeightShapes.block(i);
            String from = "layers." + i + ".";
            names.linear(to + "attention.query", from + "self_attn.q_proj")
                    .linear(to + "attention.key", from + "self_attn.k_proj")
                    .linear(to + "attention.value", from + "self_attn.v_proj")
                    .norm(to + "attention.query.norm", from + "self_attn.q_norm")
                    .norm(to + "attention.key.norm", from + "self_attn.k_norm")
                    .linear(to + "attention.output", from + "self_attn.o_proj")
                    .norm(to + "attention.norm", from + "input_layernorm")
                    .linear(to + "feed.gate", from + "mlp.gate_proj")
                    .linear(to + "feed.input", from + "mlp.up_proj")
                    .linear(to + "feed.output", from + "mlp.down_proj")
                    .norm(to + "feed.norm", from + "post_attention_layernorm");
        }
        return names;
    }
}
