package dev.athanor.engine.transformer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.format.SafeTensorsFile;
import dev.athanor.engine.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tiny decoders as GGUF files, laid out and named as llama.cpp's converter does; without a tokenizer. */
final class GgufCopies {
    private static final int U32 = 4;
    private static final int F32 = 6;
    private static final int TEXT = 8;
    private static final int ALIGNMENT = 32;

    private final JsonNode config;
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    private int keys;

    private GgufCopies(JsonNode config) {
        this.config = config;
    }

    /** Writes the model of a golden folder. */
    static Path write(String family, Path to) throws IOException {
        JsonNode config = new ObjectMapper()
                .readTree(Files.readAllBytes(Goldens.folder(family).resolve("config.json")));
        GgufCopies copy = new GgufCopies(config);
        try (SafeTensorsFile file = SafeTensorsFile.open(Goldens.folder(family))) {
            for (String name : file.tensors().keySet()) {
                copy.tensor(name, file.tensor(name).toTensor());
            }
        }
        copy.describe(family.equals("gemma3_text") ? "gemma3" : family.equals("llama3") ? "llama" : family);
        copy.write(to);
        return to;
    }

    private void tensor(String name, Tensor tensor) {
        String n = name.replaceFirst("^(model|transformer)\\.", "");
        Map<String, String> whole = Map.of(
                "embed_tokens.weight", "token_embd.weight",
                "wte.weight", "token_embd.weight",
                "wpe.weight", "position_embd.weight",
                "lm_head.weight", "output.weight");
        if (whole.containsKey(n)) {
            tensors.put(whole.get(n), tensor);
            return;
        }
        boolean norm = name.contains("norm");
        boolean gemma = config.get("model_type").asText().equals("gemma3_text");
        boolean paired = config.get("model_type").asText().equals("llama") && n.matches(".*\\.(q|k)_proj\\.weight");
        boolean turned = config.get("model_type").asText().equals("gpt2") && tensor.rank() == 2;
        Tensor kept = turned ? tensor.transpose(0, 1) : tensor;
        if (norm && gemma) {
            // the format has no scale of scores: it is 1/√D, and the difference goes into the queries
            boolean query = n.endsWith("q_norm.weight");
            double head = config.get("head_dim").asDouble();
            kept = plusOne(
                    kept,
                    query ? Math.sqrt(head / config.get("query_pre_attn_scalar").asDouble()) : 1);
        } else if (paired) {
            kept = paired(kept, n.contains("q_proj"));
        }
        tensors.put(renamed(n, gemma), kept);
    }

    private static String renamed(String name, boolean gemma) {
        String n = name.replaceFirst("^(layers|h)\\.", "blk.").replaceFirst("^(norm|ln_f)\\.", "output_norm.");
        String[][] parts = {
            {"self_attn.q_proj", "attn_q"},
            {"self_attn.k_proj", "attn_k"},
            {"self_attn.v_proj", "attn_v"},
            {"self_attn.o_proj", "attn_output"},
            {"self_attn.q_norm", "attn_q_norm"},
            {"self_attn.k_norm", "attn_k_norm"},
            {"input_layernorm", "attn_norm"},
            {"post_attention_layernorm", gemma ? "post_attention_norm" : "ffn_norm"},
            {"pre_feedforward_layernorm", "ffn_norm"},
            {"post_feedforward_layernorm", "post_ffw_norm"},
            {"mlp.gate_proj", "ffn_gate"},
            {"mlp.up_proj", "ffn_up"},
            {"mlp.down_proj", "ffn_down"},
            {"attn.c_attn", "attn_qkv"},
            {"attn.c_proj", "attn_output"},
            {"ln_1", "attn_norm"},
            {"ln_2", "ffn_norm"},
            {"mlp.c_fc", "ffn_up"},
            {"mlp.c_proj", "ffn_down"}
        };
        for (String[] part : parts) {
            n = n.replace("." + part[0] + ".", "." + part[1] + ".");
        }
        return n;
    }

    private static Tensor plusOne(Tensor tensor, double factor) {
        float[] values = tensor.toFloats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((values[i] + 1) * factor);
        }
        return Tensor.of(values, tensor.shape());
    }

    /** {@code w.reshape(heads, 2, D/2, W).swapaxes(1, 2)}, as the converter has it. */
    private Tensor paired(Tensor w, boolean query) {
        int heads = config.get(query ? "num_attention_heads" : "num_key_value_heads")
                .asInt();
        int width = w.dim(1);
        int half = w.dim(0) / heads / 2;
        float[] from = w.toFloats();
        float[] to = new float[from.length];
        int row = 0;
        for (int h = 0; h < heads; h++) {
            for (int d = 0; d < half; d++) {
                for (int s = 0; s < 2; s++) {
                    System.arraycopy(from, ((h * 2 + s) * half + d) * width, to, row++ * width, width);
                }
            }
        }
        return Tensor.of(to, w.shape());
    }

    private void describe(String architecture) {
        key("general.architecture", TEXT).writeBytes(text(architecture));
        boolean gpt2 = architecture.equals("gpt2");
        String a = architecture + ".";
        number(a + "context_length", gpt2 ? "n_positions" : "max_position_embeddings");
        number(a + "embedding_length", gpt2 ? "n_embd" : "hidden_size");
        number(a + "block_count", gpt2 ? "n_layer" : "num_hidden_layers");
        number(a + "attention.head_count", gpt2 ? "n_head" : "num_attention_heads");
        if (gpt2) {
            whole(a + "feed_forward_length", 4 * config.get("n_embd").asInt());
            real(
                    a + "attention.layer_norm_epsilon",
                    config.get("layer_norm_epsilon").asDouble());
            return;
        }
        number(a + "feed_forward_length", "intermediate_size");
        number(a + "attention.head_count_kv", "num_key_value_heads");
        real(a + "attention.layer_norm_rms_epsilon", config.get("rms_norm_eps").asDouble());
        if (config.path("head_dim").isNumber()) {
            number(a + "attention.key_length", "head_dim");
            number(a + "attention.value_length", "head_dim");
        }
        JsonNode rope = config.path("rope_parameters");
        if (architecture.equals("gemma3")) {
            number(a + "attention.sliding_window", "sliding_window");
            real(a + "rope.freq_base", rope.at("/full_attention/rope_theta").asDouble());
            real(
                    a + "rope.freq_base_swa",
                    rope.at("/sliding_attention/rope_theta").asDouble());
            whole(a + "attention.sliding_window_pattern", 2);
        } else {
            real(
                    a + "rope.freq_base",
                    rope.path("rope_theta").asDouble(config.path("rope_theta").asDouble(10000)));
        }
        if (config.path("rope_scaling").path("rope_type").asText().equals("llama3")) {
            tensors.put("rope_freqs.weight", divisors(config.get("rope_scaling")));
        }
    }

    /** As the converter computes them of Llama 3's bands. */
    private Tensor divisors(JsonNode rope) {
        int dim = config.get("head_dim").asInt();
        double factor = rope.get("factor").asDouble();
        double low = rope.get("low_freq_factor").asDouble();
        double high = rope.get("high_freq_factor").asDouble();
        double old = rope.get("original_max_position_embeddings").asDouble();
        float[] divisors = new float[dim / 2];
        for (int i = 0; i < divisors.length; i++) {
            double wave = 2 * Math.PI * Math.pow(config.get("rope_theta").asDouble(), 2.0 * i / dim);
            double smooth = (old / wave - low) / (high - low);
            divisors[i] =
                    (float) (wave < old / high ? 1 : wave > old / low ? factor : 1 / ((1 - smooth) / factor + smooth));
        }
        return Tensor.of(divisors, divisors.length);
    }

    private void number(String key, String field) {
        whole(key, config.get(field).asInt());
    }

    private void whole(String key, int value) {
        key(key, U32).writeBytes(little(4).putInt(value).array());
    }

    private void real(String key, double value) {
        key(key, F32).writeBytes(little(4).putFloat((float) value).array());
    }

    private ByteArrayOutputStream key(String key, int type) {
        keys++;
        metadata.writeBytes(text(key));
        metadata.writeBytes(little(4).putInt(type).array());
        return metadata;
    }

    private static byte[] text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return little(8 + utf8.length).putLong(utf8.length).put(utf8).array();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void write(Path to) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(little(24)
                .putInt(0x46554747)
                .putInt(3)
                .putLong(tensors.size())
                .putLong(keys)
                .array());
        out.writeBytes(metadata.toByteArray());
        long offset = 0;
        for (Map.Entry<String, Tensor> e : tensors.entrySet()) {
            int[] shape = e.getValue().shape();
            out.writeBytes(text(e.getKey()));
            out.writeBytes(little(4).putInt(shape.length).array());
            for (int i = shape.length - 1; i >= 0; i--) {
                out.writeBytes(little(8).putLong(shape[i]).array());
            }
            out.writeBytes(little(12).putInt(0).putLong(offset).array());
            offset += aligned(e.getValue().size() * 4L);
        }
        out.writeBytes(new byte[(int) (aligned(out.size()) - out.size())]);
        for (Tensor tensor : List.copyOf(tensors.values())) {
            byte[] data = new byte[(int) aligned(tensor.size() * 4L)];
            ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(tensor.toFloats());
            out.writeBytes(data);
        }
        Files.write(to, out.toByteArray());
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
