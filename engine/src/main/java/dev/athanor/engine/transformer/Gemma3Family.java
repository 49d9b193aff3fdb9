package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.transformer.TransformerSpec.Attention;
import dev.athanor.engine.transformer.TransformerSpec.Block;
import dev.athanor.engine.transformer.TransformerSpec.Embedding;
import dev.athanor.engine.transformer.TransformerSpec.FeedForward;
import dev.athanor.engine.transformer.TransformerSpec.Head;
import dev.athanor.engine.transformer.TransformerSpec.Norm;
import dev.athanor.engine.transformer.TransformerSpec.Placement;
import dev.athanor.engine.transformer.TransformerSpec.Rotary;
import java.util.ArrayList;
import java.util.List;

/** Gemma 3, arXiv:2503.19786: windows in most blocks, a rotary base for each kind, norms around both parts. */
record Gemma3Family(TransformerSpec spec) implements Family {
    static Gemma3Family of(ConfigJson c) {
        c.require("attention_bias", false, c.flag("attention_bias", false));
        c.require("attn_logit_softcapping", false, c.has("attn_logit_softcapping"));
        c.require("final_logit_softcapping", false, c.has("final_logit_softcapping"));
        c.require("use_bidirectional_attention", false, c.flag("use_bidirectional_attention", false));
        int width = c.size("hidden_size");
        int heads = c.size("num_attention_heads");
        int keyHeads = c.size("num_key_value_heads", heads);
        int headWidth = c.size("head_dim", 256);
        if (heads % keyHeads != 0) {
            throw c.wrong("num_key_value_heads", keyHeads, "a divisor of num_attention_heads " + heads);
        }
        float scale = (float) (1 / Math.sqrt(c.number("query_pre_attn_scalar", 256)));
        Norm norm = new Norm(Norm.Kind.RMS, c.number("rms_norm_eps", 1e-6));
        Rotary full = RotaryConfig.read(c, "full_attention", c.number("rope_theta", 1e6), headWidth);
        Rotary local = RotaryConfig.read(c, "sliding_attention", c.number("rope_local_base_freq", 1e4), headWidth);
        FeedForward feed = new FeedForward(
                c.size("intermediate_size"), c.activation("hidden_activation", "gelu_pytorch_tanh"), true, false);
        List<String> types = c.texts("layer_types");
        int pattern = c.size("sliding_window_pattern", 6);
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < c.size("num_hidden_layers"); i++) {
            boolean sliding = i < types.size() ? types.get(i).equals("sliding_attention") : (i + 1) % pattern != 0;
            AttentionShape shape =
                    new AttentionShape(heads, keyHeads, headWidth, scale, true, sliding ? c.size("sliding_window") : 0);
            blocks.add(new Block(
                    new Attention(shape, sliding ? local : full, norm, false, false), feed, norm, Placement.AROUND));
        }
        return new Gemma3Family(new TransformerSpec(
                c.size("vocab_size"),
                width,
                c.size("max_position_embeddings", 32768),
                new Embedding((float) Math.sqrt(width), 0, 0, 0, null),
                blocks,
                norm,
                true,
                c.flag("tie_word_embeddings", true) ? Head.TIED : Head.OWN));
    }

    @Override
    public List<String> prefixes() {
        return List.of("model.", "", "language_model.model.", "model.language_model.");
    }

    /** Its gains are stored less one. */
    @Override
    public WeightNames names() {
        WeightNames names = new WeightNames()
                .table(WeightShapes.TOKENS, "embed_tokens.weight")
                .normLessOne(WeightShapes.NORM, "norm")
                .transposed(WeightShapes.HEAD, "lm_head.weight");
        for (int i = 0; i < spec.blocks().size(); i++) {
            String to = WeightShapes.block(i);
            String from = "layers." + i + ".";
            names.linear(to + "attention.query", from + "self_attn.q_proj")
                    .linear(to + "attention.key", from + "self_attn.k_proj")
                    .linear(to + "attention.value", from + "self_attn.v_proj")
                    .normLessOne(to + "attention.query.norm", from + "self_attn.q_norm")
                    .normLessOne(to + "attention.key.norm", from + "self_attn.k_norm")
                    .linear(to + "attention.output", from + "self_attn.o_proj")
                    .normLessOne(to + "attention.norm", from + "input_layernorm")
                    .normLessOne(to + "attention.after", from + "post_attention_layernorm")
                    .linear(to + "feed.gate", from + "mlp.gate_proj")
                    .linear(to + "feed.input", from + "mlp.up_proj")
                    .linear(to + "feed.output", from + "mlp.down_proj")
                    .normLessOne(to + "feed.norm", from + "pre_feedforward_layernorm")
                    .normLessOne(to + "feed.after", from + "post_feedforward_layernorm");
        }
        return names;
    }
}
