package dev.athanor.pipelines.imports;

import dev.athanor.spark.job.Param;
import dev.athanor.spark.registry.ModelRef;

/** What {@code import} takes. */
public record ImportParams(
        @Param(
                        doc =
                                "Folder of a model in the layout of Hugging Face or sentence-transformers: config.json, model.safetensors, tokenizer.json.",
                        required = true)
                String from,
        @Param(doc = "Name under which the model is registered.", required = true) String model) {
    /** @throws dev.athanor.engine.AthanorException when the model's name is none */
    public ImportParams {
        ModelRef.plainName(model);
    }
}
