package dev.athanor.engine.transformer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** What the {@code config.json} of one family says: the architecture, and where its files keep each tensor. */
sealed interface Family permits BertFamily, DistilBertFamily, Gpt2Family, LlamaFamily, Gemma3Family, GgufFamily {
    /** The architecture. */
    TransformerSpec spec();

    /** Where the files keep its tensors. */
    WeightNames names();

    /** What may stand before every name, depending on the class a model was saved from. */
    List<String> prefixes();

    /**
     * Reads a configuration.
     *
     * @param config the content of {@code config.json}
     * @throws dev.athanor.engine.AthanorException if the family is not known, or a field is missing or wrong
     */
    static Family of(ConfigJson config) {
        Map<String, Function<ConfigJson, Family>> known = new TreeMap<>();
        known.put("bert", BertFamily::bert);
        known.put("roberta", BertFamily::roberta);
        known.put("xlm-roberta", BertFamily::roberta);
        known.put("camembert", BertFamily::roberta);
        known.put("distilbert", DistilBertFamily::of);
        known.put("gpt2", Gpt2Family::of);
        known.put("llama", LlamaFamily::llama);
        known.put("mistral", LlamaFamily::mistral);
        known.put("qwen2", LlamaFamily::qwen2);
        known.put("qwen3", LlamaFamily::qwen3);
        known.put("gemma3_text", Gemma3Family::of);
        known.put("gemma3", config1 -> Gemma3Family.of(config1.child("text_config")));
        String type = config.text("model_type");
        Function<ConfigJson, Family> reader = known.get(type);
        if (reader == null) {
            throw config.unsupported("model_type", type, known.keySet());
        }
        return reader.apply(config);
    }
}
