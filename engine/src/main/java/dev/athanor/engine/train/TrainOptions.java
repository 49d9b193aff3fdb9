package dev.athanor.engine.train;

import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.optim.OptimizerKind;
import java.nio.file.Path;

/**
 * How to train; 0 means "the network's default" where noted.
 *
 * @param network {@code auto}, {@code linear}, {@code mlp}, {@code cnn}, {@code text} or {@code transformer}
 * @param epochs passes over the training rows at most; 0 for the network's default
 * @param batchSize rows per step; 0 for the network's default
 * @param learningRate peak rate of the schedule; 0 for the network's default
 * @param optimizer what changes the weights along their gradients
 * @param validation share of rows kept aside for early stopping and calibration, in (0, 0.5]
 * @param seed of the split, the shuffles, the weights and dropout: the same seed and rows give the same bits
 * @param balancedClasses whether each class weighs the same in the loss, however rare
 * @param threads workers that share each batch; the result depends on their number, so it is part of the replay
 * @param spillDirectory local directory for encoded rows beyond {@code memoryBytes}
 * @param memoryBytes heap that encoded rows may take before they spill
 * @param from what a transformer begins from; null for other networks
 * @param adapterRank rank of the adapters that are trained instead of a transformer's weights; 0 to train the weights
 */
public record TrainOptions(
        String network,
        int epochs,
        int batchSize,
        double learningRate,
        OptimizerKind optimizer,
        double validation,
        long seed,
        boolean balancedClasses,
        int threads,
        Path spillDirectory,
        long memoryBytes,
        PretrainedEncoder from,
        int adapterRank) {

    /** Options of a network that begins from nothing. */
    public TrainOptions(
            String network,
            int epochs,
            int batchSize,
            double learningRate,
            OptimizerKind optimizer,
            double validation,
            long seed,
            boolean balancedClasses,
            int threads,
            Path spillDirectory,
            long memoryBytes) {
        this(
                network,
                epochs,
                batchSize,
                learningRate,
                optimizer,
                validation,
                seed,
                balancedClasses,
                threads,
                spillDirectory,
                memoryBytes,
                null,
                0);
    }
}
