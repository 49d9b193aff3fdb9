package dev.athanor.engine.nn;

import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import java.util.SplittableRandom;

/** Encoded batches for tests. */
public final class Batches {
    private Batches() {}

    /** A full batch of random rows of every part of the layout, some bags empty. */
    public static EncodedBatch random(InputLayout layout, int rows, int classes, SplittableRandom random) {
        EncodedBatch batch = new EncodedBatch(layout, rows);
        batch.clear();
        batch.setRows(rows);
        if (batch.dense() != null) {
            fill(batch.dense().floats(), random);
        }
        if (batch.image() != null) {
            fill(batch.image().floats(), random);
        }
        for (int b = 0; b < layout.bags().size(); b++) {
            for (int r = 0; r < rows; r++) {
                int n = r == 0 ? 3 : random.nextInt(6);
                for (int i = 0; i < n; i++) {
                    batch.bag(b).add(random.nextInt(layout.bags().get(b).buckets()), (float) random.nextDouble());
                }
                batch.bag(b).endRow();
            }
        }
        for (int r = 0; r < rows; r++) {
            batch.labels().ints()[r] = random.nextInt(classes);
            batch.targets().floats()[r] = (float) (random.nextDouble() * 2 - 1);
            batch.weights().floats()[r] = (float) (0.5 + random.nextDouble());
        }
        return batch;
    }

    /** Makes {@code to} hold one row of {@code from}. */
    public static void copyRow(EncodedBatch from, int row, EncodedBatch to) {
        to.clear();
        to.setRows(1);
        if (from.dense() != null) {
            int d = from.layout().denseWidth();
            System.arraycopy(from.dense().floats(), row * d, to.dense().floats(), 0, d);
        }
        if (from.image() != null) {
            int size = from.layout().image().size();
            System.arraycopy(from.image().floats(), row * size, to.image().floats(), 0, size);
        }
        for (int b = 0; b < from.layout().bags().size(); b++) {
            EncodedBatch.Bag bag = from.bag(b);
            for (int i = bag.offsets().ints()[row]; i < bag.offsets().ints()[row + 1]; i++) {
                to.bag(b).add(bag.indices().ints()[i], bag.weights().floats()[i]);
            }
            to.bag(b).endRow();
        }
        to.labels().ints()[0] = from.labels().ints()[row];
        to.targets().floats()[0] = from.targets().floats()[row];
        to.weights().floats()[0] = from.weights().floats()[row];
    }

    private static void fill(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() * 2 - 1);
        }
    }
}
