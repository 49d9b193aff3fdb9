package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.table.ColumnProfile;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * From a profiled table to a trained and calibrated model: chooses the network, plans the encoding, keeps rows aside,
 * trains while rows are still being read, and calibrates on the rows kept aside.
 *
 * <pre>{@code
 * TrainedModel trained = TableTrainer.train(profile, rows, options, kernels, null, listener);
 * trained.write(new LocalPackageFiles(directory), lineage);
 * }</pre>
 */
public final class TableTrainer {
    private static final String FEEDER = "athanor-feeder";

    /** More than one reader can keep busy. */
    private static final int MOST_ENCODERS = 8;

    /** Room for the rows, as they were read, that wait with one encoder. */
    private static final long ENCODER_BYTES = 128L << 20;

    private TableTrainer() {}

    /**
     * Trains on the calling thread and as many others as the options say; {@code rows} are read on one more, and encoded
     * there or, where many train, on several.
     *
     * @param profile of exactly these rows
     * @param rows in the same order on each call, if the run is to replay or resume bit for bit
     * @param checkpoints where to resume from and save to, or null
     * @throws AthanorException if the table cannot be learnt from (no rows, one class, NaN features, …), or a row cannot
     *     be encoded, or the loss is not finite
     * @throws CancellationException if the listener asked for it
     */
    public static TrainedModel train(
            TableProfile profile,
            RowSource rows,
            TrainOptions options,
            Kernels kernels,
            CheckpointStore checkpoints,
            TrainListener listener)
            throws IOException {
        if (!(options.validation() > 0 && options.validation() <= 0.5)) {
            throw new AthanorException(
                    "Cannot train model",
                    "the share of validation rows is " + options.validation(),
                    "Give --validation a number above 0 and up to 0.5");
        }
        Blueprint blueprint = Blueprint.of(profile, options);
        EncoderPlan plan = blueprint.plan();
        if (profile.rows() < 2) {
            throw new AthanorException(
                    "Cannot train model",
                    "there is " + profile.rows() + " row with a label",
                    "At least two are needed: one to learn from, one to measure on");
        }
        if (options.balancedClasses() && plan.label().task() != Task.CLASSIFICATION) {
            throw new AthanorException(
                    "Cannot train model",
                    "its label is a number, and there are no classes to balance",
                    "Leave out --class-weights balanced, or label with text or few whole numbers");
        }
        RowSplit split = RowSplit.of(profile.rows(), options.validation(), options.seed());
        long trainRows = profile.rows() - Math.round(profile.rows() * options.validation());
        long validationBytes = (long) (options.memoryBytes() * options.validation());
        FitOptions fit = FitOptions.of(
                blueprint.recipe(trainRows),
                options,
                plan.label().task(),
                trainRows,
                plan.label().scale());
        TrainingMemory.of(blueprint.size(fit), plan.layout(), fit)
                .require(TrainingMemory.available(), profile.rows(), plan.label());
        try (ExampleStore train = new ExampleStore(
                        plan.layout(), options.memoryBytes() - validationBytes, options.spillDirectory());
                ExampleStore validation = new ExampleStore(plan.layout(), validationBytes, options.spillDirectory());
                Feed feed = new Feed(
                        new RowFeeder(
                                profile,
                                plan,
                                rows,
                                split,
                                options.balancedClasses(),
                                encoders(options),
                                train,
                                validation),
                        validation)) {
            feed.start();
            Trainable network = blueprint.create(options.seed());
            FitResult result = Trainer.fit(network, train, validation, fit, kernels, listener, checkpoints);
            if (validation.awaitRows() == 0) {
                throw new AthanorException(
                        "Cannot measure model",
                        "no row was kept aside for validation",
                        "Give a larger --validation, or more rows");
            }
            HoldOut holdOut = HoldOut.measure(network.prepare(kernels), validation, plan.label(), kernels);
            return new TrainedModel(
                    profile,
                    blueprint.choice(),
                    plan,
                    network,
                    (files, manifest) -> blueprint.write(files, manifest, network),
                    result,
                    holdOut,
                    notes(profile, blueprint, options.balancedClasses(), trainRows, holdOut, feed.truncated()),
                    train.spilledBytes() + validation.spilledBytes());
        }
    }

    /**
     * Batches encoded at a time: half as many as threads train, which take turns with them, as far as memory goes. Two
     * cores gain nothing by it: training keeps both busy.
     */
    static int encoders(TrainOptions options) {
        long room = options.memoryBytes() / ENCODER_BYTES;
        return (int) Math.max(1, Math.min(Math.min(options.threads() / 2, MOST_ENCODERS), room));
    }

    /** The thread that reads rows; closing it ends it, also when it waits for rows that nobody will train on. */
    private static final class Feed implements AutoCloseable {
        private final RowFeeder feeder;
        private final Thread thread;
        private final ExampleStore validation;

        Feed(RowFeeder feeder, ExampleStore validation) {
            this.feeder = feeder;
            this.thread = new Thread(feeder, FEEDER);
            this.thread.setDaemon(true);
            this.validation = validation;
        }

        void start() {
            thread.start();
        }

        /** Rows whose texts were cut; once all were read. */
        long truncated() {
            return feeder.truncated();
        }

        @Override
        public void close() {
            boolean interrupted = false;
            if (!validation.isFinished()) {
                thread.interrupt();
            }
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    thread.interrupt();
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<String> notes(
            TableProfile profile,
            Blueprint blueprint,
            boolean balanced,
            long trainRows,
            HoldOut holdOut,
            long truncated) {
        EncoderPlan plan = blueprint.plan();
        int validationRows = holdOut.rows();
        List<String> notes = new ArrayList<>();
        notes.add(plan.label().reason());
        notes.addAll(blueprint.notes());
        if (truncated > 0) {
            notes.add(truncated + (truncated == 1 ? " row has" : " rows have")
                    + " more text than the model takes, and its end was left out");
        }
        long nulls = profile.labels().nulls();
        if (nulls > 0) {
            notes.add(nulls + (nulls == 1 ? " row" : " rows") + " without a label left out");
        }
        if (balanced) {
            notes.add(
                    "classes weigh the same, however rare: confidence is that of a table in which they are as frequent as"
                            + " each other, and too high for rare classes of this one");
        }
        if (validationRows < HoldOut.FEWEST) {
            notes.add("quality was measured on " + validationRows
                    + (validationRows == 1 ? " row" : " rows") + " only, too few to trust"
                    + (plan.label().task() == Task.CLASSIFICATION
                            ? "; confidence is not calibrated"
                            : "; the 90 % interval is as wide as their errors and may cover fewer of other rows"));
        }
        notes.addAll(ClassNotes.of(plan.label(), trainRows, holdOut.unseen()));
        for (int i = 0; i < profile.columns().size(); i++) {
            if (profile.columns().get(i) instanceof ColumnProfile.Strings strings && strings.cut() > 0) {
                notes.add("column " + profile.features().get(i).name() + ": " + strings.cut()
                        + " values longer than 64 KiB are read up to there");
            }
        }
        return notes;
    }
}
