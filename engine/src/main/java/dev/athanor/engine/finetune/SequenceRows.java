package dev.athanor.engine.finetune;

import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.transformer.TokenBatch;

/** The tokens of encoded rows: a bag of ids in their order, with types as weights. */
final class SequenceRows {
    private SequenceRows() {}

    static int length(EncodedBatch batch, int row) {
        int[] offsets = batch.bag(0).offsets().ints();
        return offsets[row + 1] - offsets[row];
    }

    /** Adds the tokens of a row. */
    static void add(EncodedBatch batch, int row, TokenBatch to) {
        EncodedBatch.Bag bag = batch.bag(0);
        int start = bag.offsets().ints()[row];
        to.add(
                bag.indices().ints(),
                bag.weights().floats(),
                start,
                bag.offsets().ints()[row + 1]);
    }
}
