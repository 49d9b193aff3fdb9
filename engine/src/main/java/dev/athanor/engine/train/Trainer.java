package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.optim.EarlyStopping;
import dev.athanor.engine.optim.GradientClip;
import dev.athanor.engine.optim.Optimizer;
import dev.athanor.engine.optim.WarmupCosine;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.IntConsumer;

/**
 * Trains a network: mini-batches, epochs, validation, early stopping with the best weights kept, checkpoints.
 *
 * <p>The same network, rows, options and kernels give the same bits, also across a restart from a checkpoint. Several
 * threads share each batch; how many is part of the options, because sums are taken in their order.
 */
public final class Trainer implements AutoCloseable {
    private static final double STATISTICS_MOMENTUM = 0.1;
    // Far above any rate that works: a tenth of 1e6 would be no help.
    private static final double HIGHEST_ADVICE = 0.01;
    // Epochs. A share alone would spend most of a long run that stops early on rates that teach little.
    private static final int LONGEST_WARMUP = 10;

    private final Trainable network;
    private final FitOptions options;
    private final TrainDefaults recipe;
    private final TrainListener listener;
    private final CheckpointStore checkpoints;
    private final ExampleStore train;
    private final WorkerTeam team;
    private final List<Learner> learners = new ArrayList<>();
    private final List<StepShare> shares = new ArrayList<>();
    private final Optimizer optimizer;
    private final Optimizer.StepSize stepSize = new Optimizer.StepSize();
    private final WarmupCosine schedule;
    private final EarlyStopping stopping;
    private final Validator validator;
    private final WeightCopy best;
    private final Augmentation augmentation;
    private final List<EpochMetrics> history = new ArrayList<>();
    private final IntConsumer forwardBackward;
    private final IntConsumer reduce;
    private final IntConsumer update;
    private EpochReader reader;
    private long steps;

    private Trainer(
            Trainable network,
            ExampleStore train,
            ExampleStore validation,
            FitOptions options,
            Kernels kernels,
            TrainListener listener,
            CheckpointStore checkpoints) {
        if (network.normalizesBatches() && options.recipe().batchSize() < 2) {
            throw new AthanorException(
                    "Cannot train network",
                    "it normalises by the statistics of a batch, and a batch of one row has none",
                    "Use a batch size of 16 or more");
        }
        this.network = network;
        this.options = options;
        this.recipe = options.recipe();
        this.listener = listener;
        this.checkpoints = checkpoints;
        this.train = train;
        this.team = new WorkerTeam(options.threads());
        this.optimizer = options.optimizer().create(network.parameters(), recipe.weightDecay());
        for (int i = 0; i < options.threads(); i++) {
            learners.add(new Learner(network, options, i, kernels));
        }
        for (int i = 0; i < options.threads(); i++) {
            shares.add(new StepShare(learners, network.parameters(), optimizer, i, kernels));
        }
        double warmupShare = Math.min(recipe.warmupShare(), LONGEST_WARMUP / (double) recipe.epochs());
        this.schedule = new WarmupCosine(recipe.learningRate(), warmupShare, 0.01);
        this.stopping =
                new EarlyStopping(options.task() == Task.CLASSIFICATION && !judgesByLoss(), recipe.patience(), (int)
                        Math.ceil(warmupShare * recipe.epochs()));
        this.validator = new Validator(network, validation, options, kernels, team);
        this.best = new WeightCopy(network.parameters());
        this.augmentation = recipe.augment() && train.layout().image() != null
                ? new Augmentation(train.layout().image())
                : null;
        this.forwardBackward = k -> learners.get(k).step(reader, augmentation, steps);
        this.reduce = k -> shares.get(k).reduce(recipe.clipNorm() > 0);
        this.update = k -> shares.get(k).update(stepSize);
    }

    /**
     * Trains until the last epoch, until the validation metric stops improving, or until cancelled; the network then
     * holds the best epoch's weights.
     *
     * @param network changed in place
     * @param train rows to learn from; may still be filling
     * @param validation rows to measure on, never learned from; must be finished when the first epoch ends
     * @param checkpoints where to resume from and to save to after each epoch, or null
     * @throws AthanorException if there is no row, the loss is not finite, or the checkpoint is of another run
     * @throws CancellationException if the listener asked for it
     */
    public static FitResult fit(
            Trainable network,
            ExampleStore train,
            ExampleStore validation,
            FitOptions options,
            Kernels kernels,
            TrainListener listener,
            CheckpointStore checkpoints)
            throws IOException {
        try (Trainer trainer = new Trainer(network, train, validation, options, kernels, listener, checkpoints)) {
            return trainer.run();
        }
    }

    private FitResult run() throws IOException {
        Optional<Checkpoint.State> resumed = resume();
        int epoch = resumed.map(Checkpoint.State::epoch).orElse(0);
        boolean finished = resumed.map(Checkpoint.State::finished).orElse(false);
        reader = finished ? null : train.shuffled(options.seed(), epoch + 1);
        while (!finished) {
            epoch++;
            EpochMetrics metrics = epoch(epoch);
            history.add(metrics);
            if (metrics.best()) {
                best.take();
            }
            listener.onEpoch(metrics);
            finished = epoch >= recipe.epochs() || stopping.shouldStop();
            save(epoch, finished);
            if (!finished) {
                reader.restart(options.seed(), epoch + 1);
            }
        }
        best.restore();
        return new FitResult(history, stopping.bestEpoch(), steps, epoch < recipe.epochs());
    }

    /** Whether the rows are known to be few, and those to measure on too few for accuracy to tell one epoch from another. */
    private boolean judgesByLoss() {
        return judgesByLoss(options.task(), options.expectedRows());
    }

    /** @param rows to learn from; 0 when it is not known how many */
    static boolean judgesByLoss(Task task, long rows) {
        return task == Task.CLASSIFICATION && rows > 0 && rows < TrainDefaults.FEW_ROWS;
    }

    private EpochMetrics epoch(int epoch) {
        EpochProgress progress =
                new EpochProgress(listener, epoch, recipe.epochs(), epoch > 1 ? train.rows() : options.expectedRows());
        double rate = 0;
        while (reader.next(recipe.batchSize())) {
            if (listener.cancelled()) {
                throw new CancellationException("Training was cancelled in epoch " + epoch + ", step " + steps);
            }
            if (reader.rows() < Math.min(8, recipe.batchSize() / 2) && progress.rows() > 0) {
                break; // too few rows for their statistics to mean anything; another epoch shuffles them elsewhere
            }
            rate = schedule.rate(progress.share(reader.rows()));
            double weight = step(rate);
            progress.add(reader.rows(), lossSum(), weight);
        }
        if (progress.rows() == 0) {
            throw new AthanorException(
                    "Cannot train network",
                    "there is no training row",
                    "Check that the table has rows whose label is not null");
        }
        double trainSeconds = progress.seconds();
        Validator.Score score = validator.score();
        boolean isBest = stopping.accept(epoch, judgesByLoss() ? score.loss() : score.metric(), score.loss());
        return new EpochMetrics(
                epoch,
                progress.meanLoss(),
                score.loss(),
                validator.metricName(),
                score.metric(),
                rate,
                progress.seconds(),
                progress.rows() / trainSeconds,
                isBest);
    }

    /** One step over the reader's batch; returns the weight of its rows. */
    private double step(double rate) {
        steps++;
        team.run(forwardBackward);
        double weight = 0;
        for (int i = 0; i < learners.size(); i++) {
            weight += learners.get(i).weight();
        }
        double loss = lossSum();
        if (!Double.isFinite(loss)) {
            throw new AthanorException(
                    "Cannot train network",
                    "the loss is " + loss + " at step " + steps + ", with a learning rate of " + rate,
                    "Try --learning-rate "
                            + tenth(Math.min(
                                    recipe.learningRate(), options.optimizer().rate(HIGHEST_ADVICE)))
                            + ", or look for extreme values in the columns");
        }
        if (weight == 0) {
            return 0;
        }
        team.run(reduce);
        double squares = 0;
        for (int i = 0; i < shares.size(); i++) {
            squares += shares.get(i).sumOfSquares();
        }
        stepSize.set(rate, GradientClip.scale(squares / (weight * weight), recipe.clipNorm()) / weight, steps);
        team.run(update);
        updateRunningStatistics();
        return weight;
    }

    /** By those that had rows: the others hold the statistics of an earlier batch, or none. */
    private void updateRunningStatistics() {
        int sharers = 0;
        for (int i = 0; i < learners.size(); i++) {
            sharers += learners.get(i).idle() ? 0 : 1;
        }
        for (int i = 0; i < learners.size(); i++) {
            if (!learners.get(i).idle()) {
                learners.get(i).updateRunningStatistics(STATISTICS_MOMENTUM / sharers);
            }
        }
    }

    private static String tenth(double rate) {
        return new BigDecimal(rate / 10)
                .round(new MathContext(2))
                .stripTrailingZeros()
                .toPlainString();
    }

    private double lossSum() {
        double sum = 0;
        for (int i = 0; i < learners.size(); i++) {
            sum += learners.get(i).lossSum();
        }
        return sum;
    }

    /** Everything that decides how the run goes on, by name. */
    private Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        network.tensors().forEach((name, tensor) -> tensors.put("network." + name, tensor));
        optimizer.state().forEach((name, tensor) -> tensors.put("optimizer." + name, tensor));
        best.values().forEach((name, tensor) -> tensors.put("best." + name, tensor));
        return tensors;
    }

    private Optional<Checkpoint.State> resume() throws IOException {
        Optional<InputStream> latest = checkpoints == null ? Optional.empty() : checkpoints.latest();
        if (latest.isEmpty()) {
            return Optional.empty();
        }
        Checkpoint.State state;
        try (InputStream in = latest.get()) {
            state = Checkpoint.read(in, network, options, tensors());
        } catch (EOFException e) {
            throw new AthanorException(
                    "Cannot resume training",
                    "the checkpoint is damaged: it ends too soon",
                    "Delete the checkpoint to train from the start",
                    e);
        }
        steps = state.steps();
        for (EpochMetrics epoch : state.history()) {
            history.add(epoch);
            stopping.accept(
                    epoch.epoch(), judgesByLoss() ? epoch.validationLoss() : epoch.metric(), epoch.validationLoss());
        }
        return Optional.of(state);
    }

    private void save(int epoch, boolean finished) throws IOException {
        if (checkpoints == null) {
            return;
        }
        Checkpoint.State state =
                new Checkpoint.State(Checkpoint.spec(network), options, epoch, steps, finished, history, Map.of());
        checkpoints.save(out -> Checkpoint.write(out, state, tensors()));
    }

    @Override
    public void close() {
        team.close();
        learners.forEach(Learner::close);
    }
}
