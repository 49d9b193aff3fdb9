package dev.athanor.engine.train;

import dev.athanor.engine.language.LanguageNetwork;
import dev.athanor.engine.language.LanguageSpec;
import dev.athanor.engine.language.TextScore;
import dev.athanor.engine.model.GenerationPackage;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.PackageFiles;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A trained language model that is not written yet, and what training said about it.
 *
 * @param network with the best epoch's weights
 * @param tokenizerJson content of {@code tokenizer.json}
 * @param result how the training went
 * @param score on the text kept aside, by the best epoch's weights
 * @param texts that were read: lines of one text count as one
 * @param rowsDropped rows without a text
 * @param notes what a reader of the report should know
 * @param spilledBytes of texts and windows on local disk
 */
@SuppressWarnings("ArrayRecordComponent") // content of a file, read only
public record TrainedLanguageModel(
        LanguageNetwork network,
        byte[] tokenizerJson,
        FitResult result,
        TextScore score,
        long texts,
        long rowsDropped,
        List<String> notes,
        long spilledBytes) {
    public TrainedLanguageModel {
        notes = List.copyOf(notes);
    }

    /** Quality on the text kept aside, see {@link TextScore#metrics()}. */
    public Map<String, Double> metrics() {
        return score.metrics();
    }

    /** What it is, in one clause. */
    public String reason() {
        LanguageSpec spec = network.spec();
        return String.format(
                Locale.ROOT,
                "trained from nothing: %d layers of width %d, %d heads, context %d, %d tokens",
                spec.layers(),
                spec.width(),
                spec.heads(),
                spec.context(),
                spec.vocabulary());
    }

    /** Parameters of the network. */
    public long parameters() {
        return network.parameters().trainable();
    }

    /**
     * Writes the model package.
     *
     * @return its content address, the sha256 of {@code athanor.json}
     */
    public String write(PackageFiles files, Manifest.Lineage lineage) {
        return GenerationPackage.write(files, network, tokenizerJson, reason(), metrics(), lineage);
    }
}
