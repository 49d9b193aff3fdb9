package dev.athanor.engine.language;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.transformer.TransformerReader;
import dev.athanor.engine.transformer.TransformerSpec;
import java.nio.charset.StandardCharsets;

/**
 * A decoder of GPT-2's architecture: learned positions, norms before the parts of a block, GELU, the token table as output.
 *
 * @param layers blocks
 * @param width W, numbers per token between blocks
 * @param heads of each block; W is a multiple of it
 * @param context T, tokens that a token sees at most, itself included
 * @param vocabulary V, tokens there are
 * @param end id of the token that ends a text
 * @param tokenizer sha256 of {@code tokenizer.json}: other tokens would make another model of the same sizes
 */
public record LanguageSpec(int layers, int width, int heads, int context, int vocabulary, int end, String tokenizer) {
    /** @throws AthanorException if the width cannot be divided among the heads */
    public LanguageSpec {
        requireHeads(width, heads);
    }

    /** @throws AthanorException if the width cannot be divided among the heads */
    public static void requireHeads(int width, int heads) {
        if (width % heads != 0) {
            throw new AthanorException(
                    "Cannot train network gpt",
                    "a width of " + width + " cannot be divided among " + heads + " heads",
                    "Give --width a multiple of --heads, such as " + heads * Math.max(1, (width + heads / 2) / heads));
        }
    }

    /** Content of {@code config.json}, as {@code GPT2LMHeadModel} of Hugging Face's {@code transformers} reads it. */
    public byte[] config() {
        ObjectNode json = new ObjectMapper().createObjectNode();
        json.putArray("architectures").add("GPT2LMHeadModel");
        json.put("model_type", "gpt2")
                .put("vocab_size", vocabulary)
                .put("n_positions", context)
                .put("n_ctx", context)
                .put("n_embd", width)
                .put("n_layer", layers)
                .put("n_head", heads)
                .put("activation_function", "gelu_new")
                .put("layer_norm_epsilon", 1e-5)
                .put("initializer_range", 0.02)
                .put("attn_pdrop", 0.0)
                .put("embd_pdrop", 0.0)
                .put("resid_pdrop", 0.0)
                .put("bos_token_id", end)
                .put("eos_token_id", end)
                .put("tie_word_embeddings", true)
                .put("torch_dtype", "float32");
        return (json.toPrettyString() + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** The architecture as the engine runs it. */
    public TransformerSpec architecture() {
        return TransformerReader.spec(config(), "config.json");
    }
}
