package dev.athanor.spark.train;

import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import java.io.Serializable;
import java.util.List;

/**
 * What to train, and where its files go; travels to the executor.
 *
 * @param runId the run, named in the lineage and in the topic of its messages
 * @param features feature columns
 * @param label label column; null for a language model, which needs none
 * @param network {@code auto}, {@code linear}, {@code mlp}, {@code cnn}, {@code text}, {@code transformer} or {@code gpt}
 * @param epochs at most; 0 for the network's default
 * @param batchSize rows per step; 0 for the network's default
 * @param learningRate highest rate; 0 for the network's default
 * @param optimizer what changes the weights
 * @param validation share of rows kept aside, in (0, 0.5]
 * @param seed of all randomness
 * @param balancedClasses whether each class weighs the same in the loss
 * @param source table or path, for the lineage
 * @param sourceVersion Delta version, or -1
 * @param query how the rows were selected, for the lineage
 * @param packageLocation Hadoop path of the directory the package is written to
 * @param checkpointDirectory Hadoop path of the run's checkpoints
 * @param base what a transformer begins from; null for other networks
 * @param language the shape of a language model; null for other networks
 */
public record TrainingRequest(
        String runId,
        List<ColumnSpec> features,
        ColumnSpec label,
        String network,
        int epochs,
        int batchSize,
        double learningRate,
        OptimizerKind optimizer,
        double validation,
        long seed,
        boolean balancedClasses,
        String source,
        long sourceVersion,
        String query,
        String packageLocation,
        String checkpointDirectory,
        Base base,
        Language language)
        implements Serializable {
    public TrainingRequest {
        features = List.copyOf(features);
    }

    /**
     * A registered encoder to begin from.
     *
     * @param ref {@code name@version}
     * @param location Hadoop path of its package
     * @param adapterRank rank of the adapters that are trained instead of its weights; 0 to train the weights
     */
    public record Base(String ref, String location, int adapterRank) implements Serializable {}

    /**
     * A language model's shape; see {@link dev.athanor.engine.train.LanguageOptions}.
     *
     * @param layers blocks
     * @param width numbers per token between blocks
     * @param heads of each block
     * @param context tokens that a token sees at most
     * @param characters whether tokens are characters
     * @param vocabulary byte-pair tokens to learn; 0 for the default
     * @param lines whether rows are the lines of one text
     */
    public record Language(
            int layers, int width, int heads, int context, boolean characters, int vocabulary, boolean lines)
            implements Serializable {}

    String topic() {
        return "train/" + runId;
    }
}
