package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.Encoder;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.Task;
import java.io.IOException;
import java.util.concurrent.CancellationException;

/** Reads rows, encodes them and deals them out to the two stores, on a thread of its own while others train. */
final class RowFeeder implements Runnable {
    private static final int BATCH = 256;

    private final RowSource source;
    private final RowBatch rows;
    private final Encoder encoder;
    private final EncodedBatch encoded;
    private final Encoder asideEncoder;
    private final EncodedBatch aside;
    private final RowSplit split;
    private final ExampleStore train;
    private final ExampleStore validation;
    private final float[] classWeights;
    private long ordinal;

    RowFeeder(
            TableProfile profile,
            EncoderPlan plan,
            RowSource source,
            RowSplit split,
            boolean balanced,
            ExampleStore train,
            ExampleStore validation) {
        this.source = source;
        this.rows = new RowBatch(profile.features(), profile.label(), BATCH);
        this.encoder = new Encoder(plan);
        this.encoded = new EncodedBatch(plan.layout(), BATCH);
        boolean profiled = !plan.tensors().isEmpty(); // what a row says changed its own encoding
        this.asideEncoder = profiled ? new Encoder(plan.leavingOneOut(profile)) : null;
        this.aside = profiled ? new EncodedBatch(plan.layout(), 1) : null;
        this.split = split;
        this.train = train;
        this.validation = validation;
        this.classWeights = balanced && plan.label().task() == Task.CLASSIFICATION ? balanced(plan.label()) : null;
    }

    /** {@code n / (classes · n_c)}: each class has the same sum of weights, and the mean weight is 1. */
    private static float[] balanced(LabelPlan label) {
        double all = label.counts().stream().mapToLong(Long::longValue).sum();
        float[] weights = new float[label.counts().size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float)
                    (all / (weights.length * Math.max(1.0, label.counts().get(i))));
        }
        return weights;
    }

    @Override
    public void run() {
        try {
            while (!Thread.currentThread().isInterrupted() && source.next(rows)) {
                for (int from = 0; from < rows.rows(); from += BATCH) {
                    encoder.encode(rows, from, Math.min(rows.rows(), from + BATCH), encoded);
                    deal(from);
                }
            }
            if (Thread.interrupted()) {
                throw new CancellationException("Training ended: no more rows are wanted");
            }
            train.finish();
            validation.finish();
        } catch (CancellationException e) {
            train.fail(e); // the trainer closed the stores: it knows why
            validation.fail(e);
        } catch (IOException | RuntimeException | Error e) {
            train.fail(e);
            validation.fail(e);
        }
    }

    /** @param from row of the batch that was encoded first */
    private void deal(int from) {
        for (int row = 0; row < encoded.rows(); row++) {
            float[] weights = encoded.weights().floats();
            if (weights[row] == 0f) {
                continue;
            }
            if (encoded.error(row) != null) {
                throw new AthanorException(
                        "Cannot train model",
                        "row " + (ordinal + 1) + " cannot be encoded: " + encoded.error(row),
                        "Mend or leave out such rows; at prediction they yield an error value instead");
            }
            if (split.isValidation(ordinal++)) {
                keepAside(from, row);
            } else {
                if (classWeights != null) {
                    weights[row] = classWeights[encoded.labels().ints()[row]];
                }
                train.append(encoded, row);
            }
        }
    }

    private void keepAside(int from, int row) {
        if (asideEncoder == null) {
            validation.append(encoded, row);
        } else {
            asideEncoder.encode(rows, from + row, from + row + 1, aside);
            validation.append(aside, 0);
        }
    }
}
