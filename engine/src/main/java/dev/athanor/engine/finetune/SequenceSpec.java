package dev.athanor.engine.finetune;

import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.transformer.EmbeddingSettings;

/**
 * What a {@link SequenceNetwork} is, as data.
 *
 * @param from the model it begins from
 * @param config content of its {@code config.json}
 * @param settings how it pools, and where it cuts
 * @param inputs what it reads of a row
 * @param outputs values per row: classes, or 1 for a number
 * @param rank of adapters; 0 when all weights are trained
 */
public record SequenceSpec(
        String from, String config, EmbeddingSettings settings, InputLayout inputs, int outputs, int rank) {}
