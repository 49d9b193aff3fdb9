package dev.athanor.engine.table;

import dev.athanor.engine.tensor.Tensor;

/** {@link ColumnPlan.HashedText}: weighs hashed n-grams and scales words and character runs to length 1 each. */
final class TextEncoder extends ColumnEncoder {
    private static final int LOGARITHMS = 64;

    private final ColumnPlan.HashedText plan;
    private final TextHasher hasher;
    private final float[] idf;
    private final int idfOffset;
    private final float[] frequency = new float[LOGARITHMS];
    private float[] weights = new float[256];

    /** @param idf (V), see {@link EncoderPlan} */
    TextEncoder(ColumnPlan.HashedText plan, Tensor idf) {
        this.plan = plan;
        this.hasher = new TextHasher(plan.text());
        this.idf = idf.floats();
        this.idfOffset = idf.offset();
        for (int i = 1; i < LOGARITHMS; i++) {
            frequency[i] = (float) (1 + Math.log(i));
        }
    }

    @Override
    void encode(FeatureColumn column, int from, int to, EncodedBatch into) {
        FeatureColumn.Bytes texts = (FeatureColumn.Bytes) column;
        EncodedBatch.Bag bag = into.bag(plan.bag());
        for (int row = from; row < to; row++) {
            if (!texts.isNull(row)) {
                row(texts.data(), texts.start(row), texts.end(row), bag);
            }
            bag.endRow();
        }
    }

    private void row(byte[] data, int from, int to, EncodedBatch.Bag bag) {
        int n = hasher.hash(data, from, to);
        if (n > weights.length) {
            weights = new float[Math.max(n, weights.length * 2)];
        }
        int half = plan.text().buckets() >>> 1;
        float words = 0;
        float runs = 0;
        for (int i = 0; i < n; i++) {
            int bucket = hasher.bucket(i);
            int count = hasher.count(i);
            float weight =
                    (count < LOGARITHMS ? frequency[count] : (float) (1 + Math.log(count))) * idf[idfOffset + bucket];
            weights[i] = weight;
            if (bucket < half) {
                words += weight * weight;
            } else {
                runs += weight * weight;
            }
        }
        float wordScale = words > 0 ? (float) (1 / Math.sqrt(words)) : 0f;
        float runScale = runs > 0 ? (float) (1 / Math.sqrt(runs)) : 0f;
        for (int i = 0; i < n; i++) {
            if (weights[i] != 0f) {
                int bucket = hasher.bucket(i);
                bag.add(bucket, weights[i] * (bucket < half ? wordScale : runScale));
            }
        }
    }
}
