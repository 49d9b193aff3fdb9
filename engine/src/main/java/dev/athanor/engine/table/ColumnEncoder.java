package dev.athanor.engine.table;

/** Encodes one column; one thread. */
abstract class ColumnEncoder {
    /** Standardised values are held within this many standard deviations, so that one outlier cannot drown a row. */
    static final float CLIP = 10f;

    /** Encodes rows {@code from} to {@code to} of the column as rows 0, 1, … of the batch. */
    abstract void encode(FeatureColumn column, int from, int to, EncodedBatch into);

    /** {@link ColumnPlan.Standardised}. */
    static final class Numbers extends ColumnEncoder {
        private final ColumnPlan.Standardised plan;

        Numbers(ColumnPlan.Standardised plan) {
            this.plan = plan;
        }

        @Override
        void encode(FeatureColumn column, int from, int to, EncodedBatch into) {
            FeatureColumn.Numbers numbers = (FeatureColumn.Numbers) column;
            int width = into.layout().denseWidth();
            float[] dense = into.dense().floats();
            int at = into.dense().offset() + plan.dense();
            for (int row = from; row < to; row++, at += width) {
                boolean missing = numbers.isNull(row);
                double value = missing ? plan.mean() : numbers.value(row);
                if (!Double.isFinite(value)) {
                    into.setError(row - from, "column " + plan.column() + " is " + value);
                    value = plan.mean();
                }
                dense[at] = (float) Math.max(-CLIP, Math.min(CLIP, (value - plan.mean()) * plan.scale()));
                if (plan.flag()) {
                    dense[at + 1] = missing ? 1f : 0f;
                }
            }
        }
    }

    /** {@link ColumnPlan.OneHot}. */
    static final class OneHot extends ColumnEncoder {
        private final ColumnPlan.OneHot plan;
        private final ByteStringIndex values = new ByteStringIndex();

        OneHot(ColumnPlan.OneHot plan) {
            this.plan = plan;
            plan.values().forEach(values::add);
        }

        @Override
        void encode(FeatureColumn column, int from, int to, EncodedBatch into) {
            FeatureColumn.Bytes bytes = (FeatureColumn.Bytes) column;
            int width = into.layout().denseWidth();
            float[] dense = into.dense().floats();
            int at = into.dense().offset() + plan.dense();
            int n = plan.features();
            for (int row = from; row < to; row++, at += width) {
                int index = bytes.isNull(row) ? -1 : values.find(bytes.data(), bytes.start(row), bytes.end(row));
                for (int i = 0; i < n; i++) {
                    dense[at + i] = 0f;
                }
                dense[at + (index < 0 ? n - 1 : index)] = 1f;
            }
        }
    }

    /** {@link ColumnPlan.HashedCategory}. */
    static final class Category extends ColumnEncoder {
        private final ColumnPlan.HashedCategory plan;

        Category(ColumnPlan.HashedCategory plan) {
            this.plan = plan;
        }

        @Override
        void encode(FeatureColumn column, int from, int to, EncodedBatch into) {
            FeatureColumn.Bytes bytes = (FeatureColumn.Bytes) column;
            EncodedBatch.Bag bag = into.bag(plan.bag());
            for (int row = from; row < to; row++) {
                if (!bytes.isNull(row)) {
                    int hash = ByteStringIndex.hash(bytes.data(), bytes.start(row), bytes.end(row));
                    bag.add((hash * 0x9E3779B1) >>> (32 - plan.bits()), 1f);
                }
                bag.endRow();
            }
        }
    }
}
