package dev.athanor.engine.transformer;

import dev.athanor.engine.format.GgufFile;
import dev.athanor.engine.transformer.TransformerSpec.Attention;
import dev.athanor.engine.transformer.TransformerSpec.Block;
import dev.athanor.engine.transformer.TransformerSpec.Head;
import dev.athanor.engine.transformer.TransformerSpec.Placement;
import dev.athanor.engine.transformer.TransformerSpec.Rotary;
import java.util.ArrayList;
import java.util.List;

/**
 * A decoder of a GGUF file: the architecture of its Hugging Face twin, tensors under llama.cpp's names.
 *
 * @param interleaved whether the rows of query and key are in the order of rotary pairs: Llama's
 */
record GgufFamily(TransformerSpec spec, boolean interleaved) implements Family {
    private static final String ROTARY_DIVISORS = "rope_freqs.weight";

    static GgufFamily of(GgufFile file) {
        TransformerSpec spec = Family.of(GgufConfig.read(file)).spec();
        Head head = file.tensors().containsKey(GgufConfig.OUTPUT) ? Head.OWN : Head.TIED;
        List<Float> divisors = divisors(file);
        List<Block> blocks = new ArrayList<>();
        for (Block block : spec.blocks()) {
            blocks.add(divisors.isEmpty() ? block : divided(block, divisors));
        }
        return new GgufFamily(
                new TransformerSpec(
                        spec.vocabulary(),
                        spec.width(),
                        spec.maxTokens(),
                        spec.embedding(),
                        blocks,
                        spec.norm(),
                        spec.causal(),
                        head),
                GgufConfig.architecture(file).equals("llama"));
    }

    private static List<Float> divisors(GgufFile file) {
        if (!file.tensors().containsKey(ROTARY_DIVISORS)) {
            return List.of();
        }
        List<Float> divisors = new ArrayList<>();
        for (float f : file.tensor(ROTARY_DIVISORS).toTensor().toFloats()) {
            divisors.add(f);
        }
        return divisors;
    }

    private static Block divided(Block block, List<Float> divisors) {
        Attention a = block.attention();
        Rotary r = a.rotary();
        if (r == null) {
            return block;
        }
        Rotary divided = new Rotary(r.theta(), r.width(), r.factor(), r.bands(), divisors);
        return new Block(
                new Attention(a.shape(), divided, a.norm(), a.inputBias(), a.outputBias()),
                block.feedForward(),
                block.norm(),
                block.placement());
    }

    @Override
    public List<String> prefixes() {
        return List.of("");
    }

    @Override
    public WeightNames names() {
        WeightNames names = new WeightNames()
                .table(WeightShapes.TOKENS, "token_embd.weight")
                .table(WeightShapes.POSITIONS, "position_embd.weight")
                .norm(WeightShapes.NORM, "output_norm")
                .transposed(WeightShapes.HEAD, GgufConfig.OUTPUT);
        for (int i = 0; i < spec.blocks().size(); i++) {
            block(names, spec.blocks().get(i), WeightShapes.block(i), "blk." + i + ".");
        }
        return names;
    }

    private void block(WeightNames names, Block block, String to, String from) {
        int queries = block.attention().shape().queryWidth();
        int keys = block.attention().shape().keyWidth();
        int half = interleaved ? block.attention().rotary().width() / 2 : 0;
        if (spec.embedding().positions() > 0) { // GPT-2 keeps query, key and value together
            names.linearRows(to + "attention.query", from + "attn_qkv", 0, queries)
                    .linearRows(to + "attention.key", from + "attn_qkv", queries, queries + keys)
                    .linearRows(to + "attention.value", from + "attn_qkv", queries + keys, queries + 2 * keys);
        } else {
            names.pairedLinear(to + "attention.query", from + "attn_q", half)
                    .pairedLinear(to + "attention.key", from + "attn_k", half)
                    .linear(to + "attention.value", from + "attn_v");
        }
        names.norm(to + "attention.query.norm", from + "attn_q_norm")
                .norm(to + "attention.key.norm", from + "attn_k_norm")
                .linear(to + "attention.output", from + "attn_output")
                .norm(to + "attention.norm", from + "attn_norm")
                .linear(to + "feed.gate", from + "ffn_gate")
                .linear(to + "feed.input", from + "ffn_up")
                .linear(to + "feed.output", from + "ffn_down")
                .norm(to + "feed.norm", from + "ffn_norm");
        if (block.placement() == Placement.AROUND) {
            names.norm(to + "attention.after", from + "post_attention_norm")
                    .norm(to + "feed.after", from + "post_ffw_norm");
        }
    }
}
