package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.GgufFile;
import dev.athanor.engine.format.WeightMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The metadata of a GGUF file as the fields of the {@code config.json} that the same model has at Hugging Face, so that a
 * family reads one from both.
 */
final class GgufConfig {
    /** Tensor whose presence says that the logits have a matrix of their own. */
    static final String OUTPUT = "output.weight";

    private static final String TOKENS = "token_embd.weight";
    private static final List<String> SUPPORTED = List.of("gemma3", "gpt2", "llama", "qwen2", "qwen3");

    /** Blocks of the one Gemma 3 that does not scale scores by its head's width. */
    private static final int GEMMA_27B_BLOCKS = 62;

    private final GgufFile file;
    private final WeightMetadata metadata;
    private final String architecture;
    private final Map<String, Object> fields = new LinkedHashMap<>();

    private GgufConfig(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
        this.architecture = architecture(file);
    }

    /** {@code general.architecture}. */
    static String architecture(GgufFile file) {
        return file.metadata().text("general.architecture", "");
    }

    /** @throws AthanorException if the architecture is not supported, or a key is missing */
    static ConfigJson read(GgufFile file) {
        GgufConfig config = new GgufConfig(file);
        switch (config.architecture) {
            case "llama", "qwen2", "qwen3" -> config.llama();
            case "gemma3" -> config.gemma3();
            case "gpt2" -> config.gpt2();
            default ->
                throw cannot(
                        file,
                        config.architecture.isEmpty()
                                ? "it has no general.architecture"
                                : "its general.architecture is " + config.architecture,
                        "Supported are " + String.join(", ", SUPPORTED));
        }
        return ConfigJson.of(config.fields, file.location());
    }

    private void llama() {
        common("llama".equals(architecture) ? "llama" : architecture);
        rotary();
        fields.put("attention_bias", file.tensors().containsKey("blk.0.attn_q.bias"));
        fields.put("mlp_bias", file.tensors().containsKey("blk.0.ffn_up.bias"));
    }

    private void gemma3() {
        common("gemma3_text");
        rotary();
        long blocks = required("block_count");
        long width = required("embedding_length");
        long heads = required("attention.head_count");
        put("head_dim", "attention.key_length", 256L);
        put("sliding_window", "attention.sliding_window", null);
        put("sliding_window_pattern", "attention.sliding_window_pattern", null);
        double headWidth = ((Number) fields.get("head_dim")).doubleValue();
        fields.put("query_pre_attn_scalar", blocks == GEMMA_27B_BLOCKS ? (double) width / heads : headWidth);
        fields.put("rope_local_base_freq", metadata.number(key("rope.freq_base_swa"), 1e4));
        for (String softCap : List.of("attn_logit_softcapping", "final_logit_softcapping")) {
            if (metadata.has(key(softCap))) {
                fields.put(softCap, metadata.number(key(softCap), 0));
            }
        }
    }

    private void gpt2() {
        fields.put("model_type", "gpt2");
        fields.put("vocab_size", rows());
        fields.put("n_embd", required("embedding_length"));
        fields.put("n_positions", required("context_length"));
        fields.put("n_head", required("attention.head_count"));
        fields.put("n_layer", required("block_count"));
        fields.put("n_inner", required("feed_forward_length"));
        fields.put("layer_norm_epsilon", number("attention.layer_norm_epsilon"));
    }

    private void common(String type) {
        fields.put("model_type", type);
        fields.put("vocab_size", rows());
        fields.put("hidden_size", required("embedding_length"));
        fields.put("max_position_embeddings", required("context_length"));
        fields.put("num_hidden_layers", required("block_count"));
        fields.put("intermediate_size", required("feed_forward_length"));
        fields.put("num_attention_heads", required("attention.head_count"));
        put("num_key_value_heads", "attention.head_count_kv", null);
        put("head_dim", "attention.key_length", null);
        fields.put("rms_norm_eps", number("attention.layer_norm_rms_epsilon"));
        fields.put("tie_word_embeddings", !file.tensors().containsKey(OUTPUT));
        if (metadata.has(key("attention.value_length"))
                && metadata.integer(key("attention.value_length"), 0)
                        != metadata.integer(key("attention.key_length"), 0)) {
            throw unsupported("attention.value_length", "the same as attention.key_length");
        }
    }

    private void rotary() {
        if (metadata.has(key("rope.freq_base"))) {
            fields.put("rope_theta", metadata.number(key("rope.freq_base"), 0));
        }
        String scaling = metadata.text(key("rope.scaling.type"), "none");
        if (!scaling.equals("none")) {
            fields.put(
                    "rope_scaling",
                    Map.of("rope_type", scaling, "factor", metadata.number(key("rope.scaling.factor"), 1)));
        }
        long turned = metadata.integer(key("rope.dimension_count"), -1);
        long head = metadata.integer(
                key("attention.key_length"),
                required("embedding_length") / Math.max(1, required("attention.head_count")));
        if (turned >= 0 && turned != head) {
            throw unsupported("rope.dimension_count", "the width of a head, " + head);
        }
    }

    private int rows() {
        int[] shape = file.tensor(TOKENS).shape();
        if (shape.length != 2) {
            throw cannot(file, TOKENS + " is not a matrix", "Export the model again");
        }
        return shape[0];
    }

    private void put(String field, String name, Long absent) {
        if (metadata.has(key(name))) {
            fields.put(field, metadata.integer(key(name), 0));
        } else if (absent != null) {
            fields.put(field, absent);
        }
    }

    private long required(String name) {
        return metadata.integer(checked(name), 0);
    }

    /** A number in single precision, as its decimal digits have it. */
    private double number(String name) {
        return Double.parseDouble(Float.toString((float) metadata.number(checked(name), 0)));
    }

    private String checked(String name) {
        if (!metadata.has(key(name))) {
            throw cannot(file, "it has no " + key(name), "Export the model again");
        }
        return key(name);
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    private AthanorException unsupported(String name, String supported) {
        return cannot(file, key(name) + " is " + metadata.integer(key(name), 0), "Supported is " + supported);
    }

    private static AthanorException cannot(GgufFile file, String reason, String remedy) {
        return new AthanorException("Cannot read a model from " + file.location(), reason, remedy);
    }
}
