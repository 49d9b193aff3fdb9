package dev.athanor.engine.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Turns raw rows into network inputs by an {@link EncoderPlan}; the same code trains and serves.
 *
 * <p>A row that cannot be encoded (a ragged array, a file that is not an image) gets zero features and an
 * {@link EncodedBatch#error}; nothing is thrown. One thread; allocates nothing in the steady state, apart from decoding
 * image files and from the text of errors.
 */
public final class Encoder {
    private final ColumnEncoder[] columns;
    private final SequenceEncoder sequence;
    private final LabelEncoder labels;

    public Encoder(EncoderPlan plan) {
        List<ColumnPlan> plans = plan.columns();
        this.columns = new ColumnEncoder[plans.size()];
        List<Integer> texts = new ArrayList<>();
        for (int i = 0; i < columns.length; i++) {
            if (plans.get(i) instanceof ColumnPlan.Tokens) {
                texts.add(i);
            } else {
                columns[i] = column(plans.get(i), plan);
            }
        }
        this.sequence = texts.isEmpty()
                ? null
                : new SequenceEncoder((ColumnPlan.Tokens) plans.get(texts.get(0)), texts, plan.tokenizer());
        this.labels = new LabelEncoder(plan.label());
    }

    private static ColumnEncoder column(ColumnPlan column, EncoderPlan plan) {
        if (column instanceof ColumnPlan.Standardised p) {
            return new ColumnEncoder.Numbers(p);
        } else if (column instanceof ColumnPlan.OneHot p) {
            return new ColumnEncoder.OneHot(p);
        } else if (column instanceof ColumnPlan.HashedCategory p) {
            return new ColumnEncoder.Category(p);
        } else if (column instanceof ColumnPlan.HashedText p) {
            return new TextEncoder(p, plan.idf(p.bag()));
        } else if (column instanceof ColumnPlan.DenseVector p) {
            return new VectorEncoder(p);
        } else if (column instanceof ColumnPlan.VectorImage p) {
            return new VectorEncoder(p);
        } else {
            return new ImageEncoder((ColumnPlan.ImageFile) column);
        }
    }

    /**
     * Encodes all rows of {@code rows}, replacing what {@code into} held; labels too when the batch carries them.
     *
     * @param rows at most {@code into.capacity()} rows, columns in the order of the plan
     */
    public void encode(RowBatch rows, EncodedBatch into) {
        encode(rows, 0, rows.rows(), into);
    }

    /** As {@link #encode(RowBatch, EncodedBatch)}, for the rows from {@code from} (inclusive) to {@code to} (exclusive). */
    public void encode(RowBatch rows, int from, int to, EncodedBatch into) {
        into.clear();
        into.setRows(to - from);
        for (int i = 0; i < columns.length; i++) {
            if (columns[i] != null) {
                columns[i].encode(rows.column(i), from, to, into);
            }
        }
        if (sequence != null) {
            sequence.encode(rows, from, to, into);
        }
        if (rows.label() != null) {
            labels.encode(rows.label(), from, to, into);
        }
    }
}
