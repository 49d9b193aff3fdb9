package dev.athanor.engine.finetune;

import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.TransformerReader;
import dev.athanor.engine.transformer.TransformerSpec;
import java.util.Map;
import java.util.function.Supplier;

/**
 * An encoder to begin from, as its files say it; weights are read when they are asked for.
 *
 * @param name of the model, for reports
 * @param config content of {@code config.json}
 * @param tokenizerJson content of {@code tokenizer.json}
 * @param settings how it pools, and where it cuts
 * @param location where the files are, for messages
 * @param weights reads the tensors, by the names of the family's files
 */
@SuppressWarnings("ArrayRecordComponent") // content of files, read only
public record PretrainedEncoder(
        String name,
        byte[] config,
        byte[] tokenizerJson,
        EmbeddingSettings settings,
        String location,
        Supplier<Map<String, Tensor>> weights) {
    /** The architecture that the configuration describes. */
    public TransformerSpec spec() {
        return TransformerReader.spec(config, location);
    }

    /** Reads the tokenizer. */
    public Tokenizer tokenizer() {
        return TokenizerJson.read(tokenizerJson, location);
    }
}
