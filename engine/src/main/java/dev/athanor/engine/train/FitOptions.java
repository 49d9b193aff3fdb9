package dev.athanor.engine.train;

import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.Task;

/**
 * Everything {@link Trainer#fit} needs to know besides network and rows; with those it decides every bit of the result.
 *
 * @param task which loss and metric: cross-entropy and accuracy, squared error and RMSE, or a text's and perplexity
 * @param recipe how to train
 * @param optimizer what changes the weights; the recipe's rate and decay are meant for it
 * @param seed of shuffles, dropout and augmentation
 * @param threads workers that share each batch
 * @param expectedRows training rows, for the schedule of the first epoch, which begins before they are counted; 0 when
 *     unknown: the first epoch then stays at its first rates
 * @param targetScale what one unit of the network's output is in the label's unit (regression); RMSE is reported in it
 */
public record FitOptions(
        Task task,
        TrainDefaults recipe,
        OptimizerKind optimizer,
        long seed,
        int threads,
        long expectedRows,
        double targetScale) {
    /** Rows of a batch for each worker: with fewer, statistics of a worker's rows say too little to normalise by. */
    private static final int ROWS_PER_WORKER = 16;
    /** Buffers for more rows than there are would be memory for nothing; below this they cost little. */
    private static final int SMALL_BATCH = 64;

    public FitOptions {
        if (recipe.epochs() < 1 || recipe.batchSize() < 1 || !(recipe.learningRate() > 0) || threads < 1) {
            throw new IllegalArgumentException("Cannot train with " + recipe + " on " + threads
                    + " threads: epochs, batch size, rate and threads must be above 0");
        }
    }

    /** The same with another number of workers. */
    FitOptions withThreads(int other) {
        return new FitOptions(task, recipe, optimizer, seed, other, expectedRows, targetScale);
    }

    /** The recipe with what the user asked for in place of the defaults, and no more threads than a batch has work for. */
    public static FitOptions of(
            TrainDefaults defaults, TrainOptions options, Task task, long expectedRows, double targetScale) {
        TrainDefaults recipe = new TrainDefaults(
                options.epochs() > 0 ? options.epochs() : defaults.epochs(),
                batchSize(options.batchSize() > 0 ? options.batchSize() : defaults.batchSize(), expectedRows),
                options.learningRate() > 0
                        ? options.learningRate()
                        : options.optimizer().rate(defaults.learningRate()),
                defaults.warmupShare(),
                options.optimizer().weightDecay(defaults.weightDecay()),
                defaults.labelSmoothing(),
                defaults.clipNorm(),
                defaults.patience(),
                defaults.augment());
        int threads = Math.max(1, Math.min(options.threads(), recipe.batchSize() / ROWS_PER_WORKER));
        return new FitOptions(task, recipe, options.optimizer(), options.seed(), threads, expectedRows, targetScale);
    }

    private static int batchSize(int wanted, long rows) {
        return rows <= 0 ? wanted : (int) Math.min(wanted, Math.max(SMALL_BATCH, rows));
    }
}
