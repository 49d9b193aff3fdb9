package dev.athanor.pipelines.quantize;

import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Two models' vectors of the same texts, and how fast they made them.
 *
 * @param textsPerSecond of each, one thread, the better of several turns
 * @param meanCosine between both vectors of a text
 * @param leastCosine of the text whose vectors differ most
 * @param similarityCorrelation Spearman's rank correlation of both models' similarities of the same pairs
 */
record EmbeddingComparison(
        double originalTextsPerSecond,
        double textsPerSecond,
        double meanCosine,
        double leastCosine,
        double similarityCorrelation) {
    private static final int ROUNDS = 3;
    private static final int PAIRS = 2000;
    private static final int CAPACITY = 256;

    static EmbeddingComparison of(Model original, Model other, List<String> texts) {
        Run first = new Run(original, texts.size());
        Run second = new Run(other, texts.size());
        for (int round = 0; round < ROUNDS; round++) {
            first.over(texts);
            second.over(texts);
        }
        double sum = 0;
        double least = 1;
        for (int i = 0; i < texts.size(); i++) {
            double cosine = cosine(first.vectors[i], second.vectors[i]);
            sum += cosine;
            least = Math.min(least, cosine);
        }
        return new EmbeddingComparison(
                texts.size() / first.seconds,
                texts.size() / second.seconds,
                sum / texts.size(),
                least,
                correlation(first.vectors, second.vectors));
    }

    /** One model's vectors, and its best time. */
    private static final class Run {
        private final Model model;
        private final float[][] vectors;
        private double seconds = Double.POSITIVE_INFINITY;

        Run(Model model, int texts) {
            this.model = model;
            this.vectors = new float[texts][model.embeddingWidth()];
        }

        void over(List<String> texts) {
            int capacity = model.batchRows(CAPACITY);
            RowBatch batch = new RowBatch(model.signature(), capacity);
            try (Predictor predictor = model.predictor(capacity)) {
                long start = System.nanoTime();
                for (int from = 0; from < texts.size(); from += capacity) {
                    batch.clear();
                    for (String text : texts.subList(from, Math.min(texts.size(), from + capacity))) {
                        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                        batch.bytes(0).append(bytes, 0, bytes.length);
                    }
                    keep(predictor.predict(batch), from);
                }
                seconds = Math.min(seconds, (System.nanoTime() - start) / 1e9);
            }
        }

        private void keep(Predictions predictions, int from) {
            Tensor made = predictions.embeddings();
            for (int row = 0; row < predictions.rows(); row++) {
                System.arraycopy(made.floats(), made.offset() + row * made.dim(1), vectors[from + row], 0, made.dim(1));
            }
        }
    }

    private static double correlation(float[][] first, float[][] second) {
        int texts = first.length;
        Random random = new Random(1);
        double[] a = new double[PAIRS];
        double[] b = new double[PAIRS];
        for (int p = 0; p < PAIRS; p++) {
            int i = random.nextInt(texts);
            int j = (i + 1 + random.nextInt(texts - 1)) % texts;
            a[p] = cosine(first[i], first[j]);
            b[p] = cosine(second[i], second[j]);
        }
        return spearman(a, b);
    }

    /** Pearson's correlation of ranks; equal values share their mean rank. */
    static double spearman(double[] a, double[] b) {
        double[] x = ranks(a);
        double[] y = ranks(b);
        double mean = (a.length - 1) / 2.0;
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int i = 0; i < a.length; i++) {
            xy += (x[i] - mean) * (y[i] - mean);
            xx += (x[i] - mean) * (x[i] - mean);
            yy += (y[i] - mean) * (y[i] - mean);
        }
        return xy / Math.sqrt(xx * yy);
    }

    private static double[] ranks(double[] values) {
        int[] order = IntStream.range(0, values.length)
                .boxed()
                .sorted((i, j) -> Double.compare(values[i], values[j]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] ranks = new double[values.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }
            from = to;
        }
        return ranks;
    }

    private static double cosine(float[] a, float[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < a.length; i++) {
            ab += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        if (aa == 0 || bb == 0) {
            return Arrays.equals(a, b) ? 1 : 0;
        }
        return ab / Math.sqrt(aa * bb);
    }
}
