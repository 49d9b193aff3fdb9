package dev.athanor.pipelines.imports;

import dev.athanor.spark.job.Param;

/** What {@code import} takes. */
public record ImportParams(
        @Param(
                        doc =
                                "Folder of a model in the layout of Hugging Face or sentence-transformers: config.json, model.safetensors, tokenizer.json; or a GGUF file of a decoder; or an ONNX file, or a folder with model.onnx, of a graph that makes vectors of texts or predicts from numbers.",
                        required = true)
                String from,
        @Param(doc = "Name under which the model is registered.", required = true) String model) {}
