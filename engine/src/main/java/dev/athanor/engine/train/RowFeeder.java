package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ColumnPlan;
import dev.athanor.engine.table.ColumnProfile;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.Encoder;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.Task;
import java.io.IOException;
import java.util.concurrent.CancellationException;

/**
 * Reads rows, has them encoded and deals them out to the two stores in the order in which they come, on a thread of its
 * own while others train.
 */
final class RowFeeder implements Runnable {
    private static final int BATCH = 256;
    private static final int BATCH_BYTES = 4 << 20;

    /** Of a byte of text: itself, and at most a word's and three other n-grams that begin at it, 8 bytes each. */
    private static final int TEXT_BYTES = 33;

    private final RowSource source;
    private final EncodingRing ring;
    private final Encoder asideEncoder;
    private final EncodedBatch aside;
    private final RowSplit split;
    private final ExampleStore train;
    private final ExampleStore validation;
    private final float[] classWeights;
    private long ordinal;
    private volatile long truncated;

    /** @param encoders batches encoded at a time; what is fed does not depend on it */
    RowFeeder(
            TableProfile profile,
            EncoderPlan plan,
            RowSource source,
            RowSplit split,
            boolean balanced,
            int encoders,
            ExampleStore train,
            ExampleStore validation) {
        this.source = source;
        this.ring = new EncodingRing(plan, profile.features(), profile.label(), batch(profile, plan), encoders);
        boolean profiled = !plan.tensors().isEmpty(); // what a row says changed its own encoding
        this.asideEncoder = profiled ? new Encoder(plan.leavingOneOut(profile)) : null;
        this.aside = profiled ? new EncodedBatch(plan.layout(), 1) : null;
        this.split = split;
        this.train = train;
        this.validation = validation;
        this.classWeights = balanced && plan.label().task() == Task.CLASSIFICATION ? balanced(plan.label()) : null;
    }

    /** Rows encoded at once: fewer where each takes much room, as read or as n-grams. */
    static int batch(TableProfile profile, EncoderPlan plan) {
        double texts = 0;
        for (int i = 0; i < plan.columns().size(); i++) {
            if (plan.columns().get(i) instanceof ColumnPlan.HashedText
                    && profile.columns().get(i) instanceof ColumnProfile.Strings strings) {
                texts += strings.meanBytes();
            }
        }
        return plan.layout().rowsWithin(BATCH, BATCH_BYTES, (long) (texts * TEXT_BYTES));
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
        try (ring) {
            while (!Thread.currentThread().isInterrupted() && read()) {
                ring.encode();
                if (ring.isFull()) {
                    deal(ring.oldest());
                }
            }
            dealRest();
            if (Thread.interrupted()) {
                throw cancelled();
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

    static CancellationException cancelled() {
        return new CancellationException("Training ended: no more rows are wanted");
    }

    private boolean read() throws IOException {
        try {
            return source.next(ring.free());
        } catch (IOException | RuntimeException e) {
            dealRest(); // what is wrong with rows that came before is said first
            throw e;
        }
    }

    private void dealRest() {
        while (!ring.isEmpty() && !Thread.currentThread().isInterrupted()) {
            deal(ring.oldest());
        }
    }

    private void deal(EncodingRing.Slot batch) {
        EncodedBatch encoded = batch.encoded();
        for (int row = 0; row < encoded.rows(); row++) {
            float[] weights = encoded.weights().floats();
            if (weights[row] == 0f) {
                continue;
            }
            if (encoded.error(row) != null) {
                throw new AthanorException(
                        "Cannot train model",
                        "row " + (ordinal + 1) + " of those with a label cannot be encoded: " + encoded.error(row),
                        "Mend or leave out such rows; at prediction they yield an error value instead");
            }
            if (encoded.isTruncated(row)) {
                countTruncated();
            }
            if (split.isValidation(ordinal++)) {
                keepAside(batch, row);
            } else {
                if (classWeights != null) {
                    weights[row] = classWeights[encoded.labels().ints()[row]];
                }
                train.append(encoded, row);
            }
        }
    }

    /** Rows so far whose texts were cut. */
    long truncated() {
        return truncated;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    private void countTruncated() {
        truncated++;
    }

    private void keepAside(EncodingRing.Slot batch, int row) {
        if (asideEncoder == null) {
            validation.append(batch.encoded(), row);
        } else {
            asideEncoder.encode(batch.rows(), row, row + 1, aside);
            validation.append(aside, 0);
        }
    }
}
