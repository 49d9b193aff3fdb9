package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A model written by hand: a score in [0,1) computed from the values of a row, in which every bit of a feature counts.
 * Rows whose number feature is infinite, or whose vector does not have the model's number of elements, are errors. A
 * model of embeddings makes vectors of five such scores, reads {@link #LONGEST} characters of a text, and takes none that
 * starts with 'text 7'. So does one that writes texts.
 */
final class FakeModel implements Model {
    /** Characters of a text that a model of embeddings reads. */
    static final int LONGEST = 8;

    private static final int FEW = 3;
    private static final int WIDTH = 5;

    final AtomicLong rows = new AtomicLong();
    final AtomicInteger calls = new AtomicInteger();
    final AtomicInteger open = new AtomicInteger();
    /** Predictors made for one row at a time, which is how a call that was not lifted is evaluated. */
    final AtomicInteger singles = new AtomicInteger();

    /** Rows of each batch that was predicted. */
    final Queue<Integer> batches = new ConcurrentLinkedQueue<>();

    private final Manifest manifest;
    private final int numbers;

    /** A model whose vectors have three elements, of which it tells nobody. */
    FakeModel(Task task, List<ColumnSpec> features, String labelType, List<String> classes) {
        this(task, features, labelType, classes, 0);
    }

    /** @param numbers elements of its vectors; 0 for three of which it tells nobody */
    FakeModel(Task task, List<ColumnSpec> features, String labelType, List<String> classes, int numbers) {
        this.numbers = numbers;
        this.manifest = new Manifest(
                1,
                task,
                "fake",
                "written by hand",
                features,
                "y",
                labelType,
                classes,
                Map.of(),
                1,
                -1,
                1,
                new Manifest.Lineage("t", 0, null, 1, "test", "run", "2026-01-01T00:00:00Z", 1),
                Map.of());
    }

    @Override
    public Manifest manifest() {
        return manifest;
    }

    @Override
    public Task task() {
        return manifest.task();
    }

    @Override
    public List<ColumnSpec> signature() {
        return manifest.features();
    }

    @Override
    public int embeddingWidth() {
        return task() == Task.EMBEDDING ? WIDTH : 0;
    }

    @Override
    public List<String> classes() {
        return manifest.classes();
    }

    @Override
    public long vectorNumbers() {
        return numbers;
    }

    @Override
    public long weightBytes() {
        return 1000;
    }

    @Override
    public String kernels() {
        return "fake (by hand)";
    }

    @Override
    public Predictor predictor(int capacity) {
        open.incrementAndGet();
        if (capacity == 1) {
            singles.incrementAndGet();
        }
        return new FakePredictor(capacity);
    }

    /** Writes texts that tell the prompt and the options. */
    @Override
    public Predictor generator(int capacity, GenerationOptions options) {
        if (task() != Task.GENERATION) {
            return Model.super.generator(capacity, options);
        }
        open.incrementAndGet();
        if (capacity == 1) {
            singles.incrementAndGet();
        }
        return new FakePredictor(capacity, options);
    }

    private final class FakePredictor implements Predictor {
        private final int capacity;
        private final GenerationOptions options;
        private boolean closed;

        FakePredictor(int capacity) {
            this(capacity, GenerationOptions.DEFAULTS);
        }

        FakePredictor(int capacity, GenerationOptions options) {
            this.capacity = capacity;
            this.options = options;
        }

        @Override
        public int capacity() {
            return capacity;
        }

        @Override
        public Predictions predict(RowBatch batch) {
            if (closed || batch.rows() > capacity) {
                throw new IllegalStateException(closed ? "closed" : batch.rows() + " rows, capacity " + capacity);
            }
            rows.addAndGet(batch.rows());
            calls.incrementAndGet();
            batches.add(batch.rows());
            double[] scores = new double[batch.rows()];
            String[] errors = new String[batch.rows()];
            boolean[] truncated = new boolean[batch.rows()];
            for (int row = 0; row < scores.length; row++) {
                long hash = 17;
                for (int i = 0; i < signature().size(); i++) {
                    hash = hash * 31 + hash(batch.column(i), row, errors, truncated);
                }
                scores[row] = ((hash * 0x9E3779B97F4A7C15L) >>> 11) / (double) (1L << 53);
            }
            return new FakePredictions(scores, errors, truncated, options);
        }

        private long hash(FeatureColumn column, int row, String[] errors, boolean[] truncated) {
            if (column.isNull(row)) {
                return 1;
            } else if (column instanceof FeatureColumn.Numbers numbers) {
                if (Double.isInfinite(numbers.value(row))) {
                    errors[row] = "infinite";
                }
                return Double.doubleToLongBits(numbers.value(row));
            } else if (column instanceof FeatureColumn.Bytes bytes) {
                int length = bytes.end(row) - bytes.start(row);
                String text = new String(bytes.data(), bytes.start(row), length, StandardCharsets.UTF_8);
                if (task() == Task.EMBEDDING || task() == Task.GENERATION) {
                    truncated[row] = task() == Task.EMBEDDING && text.length() > LONGEST;
                    text = text.substring(0, Math.min(text.length(), LONGEST));
                    errors[row] = text.startsWith("text 7") ? "seven" : errors[row];
                }
                return text.hashCode();
            }
            FeatureColumn.Vectors vectors = (FeatureColumn.Vectors) column;
            long hash = 3;
            for (int i = vectors.start(row); i < vectors.end(row); i++) {
                hash = hash * 31 + Float.floatToIntBits(vectors.data()[i]);
            }
            if (vectors.end(row) - vectors.start(row) != (numbers == 0 ? FEW : numbers)) {
                errors[row] = "ragged";
            }
            return hash;
        }

        @Override
        public long arenaBytes() {
            return 4096;
        }

        @Override
        public long engineNanos() {
            return 1_000_000;
        }

        @Override
        public void close() {
            closed = true;
            open.decrementAndGet();
        }
    }

    private final class FakePredictions implements Predictions {
        private final double[] scores;
        private final String[] errors;
        private final boolean[] truncated;
        private final GenerationOptions options;

        FakePredictions(double[] scores, String[] errors, boolean[] truncated, GenerationOptions options) {
            this.options = options;
            this.scores = scores;
            this.errors = errors;
            this.truncated = truncated;
        }

        @Override
        public int rows() {
            return scores.length;
        }

        @Override
        public String error(int row) {
            return errors[row];
        }

        @Override
        public Tensor embeddings() {
            Tensor all = Tensor.zeros(DType.FLOAT32, scores.length, WIDTH);
            for (int i = 0; i < all.size(); i++) {
                all.floats()[i] = errors[i / WIDTH] == null ? (float) (scores[i / WIDTH] * (i % WIDTH + 1) % 1) : 0;
            }
            return all;
        }

        @Override
        public String text(int row) {
            return errors[row] == null ? "é" + (int) (scores[row] * 1000) + " " + options.written() : null;
        }

        @Override
        public boolean isTruncated(int row) {
            return truncated[row];
        }

        @Override
        public int classIndex(int row) {
            return (int) (scores[row] * classes().size());
        }

        @Override
        public float probability(int row, int classIndex) {
            float top = (float) (0.5 + scores[row] / 2);
            return classIndex == classIndex(row) ? top : (1 - top) / (classes().size() - 1);
        }

        @Override
        public double value(int row) {
            return scores[row] * 100;
        }

        @Override
        public double low(int row) {
            return value(row) - 1;
        }

        @Override
        public double high(int row) {
            return value(row) + 1;
        }
    }
}
