package dev.athanor.engine.train;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.metrics.Calibration;
import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.metrics.Evaluator;
import dev.athanor.engine.metrics.PredictionInterval;
import dev.athanor.engine.model.ClassProbabilities;
import dev.athanor.engine.nn.RowModel;
import dev.athanor.engine.nn.RowPass;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the rows kept aside say about a trained network: its calibration, then its quality with that calibration. */
final class HoldOut {
    /** Rows that a calibration is fitted on, and the coverage of an interval is told of, at least. */
    static final int FEWEST = 20;

    private static final int OUTPUTS_LIMIT = 8 << 20;

    private final LabelPlan label;
    private final int width;
    private float[] outputs = new float[1024];
    private int[] labels = new int[256];
    private float[] targets = new float[256];
    private int rows;
    private Calibration calibration = Calibration.NONE;
    private PredictionInterval interval = new PredictionInterval(0, 0);
    private Evaluation evaluation;

    private HoldOut(LabelPlan label) {
        this.label = label;
        this.width = Math.max(1, label.classes().size());
    }

    /** Runs the network over the rows kept aside, at most as many as keep 8 million outputs. */
    static HoldOut measure(RowModel network, ExampleStore store, LabelPlan label, Kernels kernels) {
        HoldOut holdOut = new HoldOut(label);
        int most = Validator.batchRows(store.layout());
        EncodedBatch batch = new EncodedBatch(store.layout(), most);
        EpochReader reader = store.inOrder();
        try (RowPass pass = network.pass(most)) {
            while ((long) (holdOut.rows + most) * holdOut.width <= OUTPUTS_LIMIT && reader.next(most)) {
                reader.fill(batch, 0, reader.rows(), null);
                holdOut.take(pass.run(batch), batch);
            }
        }
        if (label.task() == Task.CLASSIFICATION) {
            holdOut.classify(kernels);
        } else {
            holdOut.regress();
        }
        return holdOut;
    }

    private void take(Tensor result, EncodedBatch batch) {
        int n = batch.rows();
        if ((rows + n) * width > outputs.length) {
            outputs = Arrays.copyOf(outputs, Math.max((rows + n) * width, outputs.length * 2));
        }
        if (rows + n > labels.length) {
            labels = Arrays.copyOf(labels, Math.max(rows + n, rows * 2));
            targets = Arrays.copyOf(targets, labels.length);
        }
        System.arraycopy(result.floats(), result.offset(), outputs, rows * width, n * width);
        System.arraycopy(batch.labels().ints(), batch.labels().offset(), labels, rows, n);
        System.arraycopy(batch.targets().floats(), batch.targets().offset(), targets, rows, n);
        rows += n;
    }

    private void classify(Kernels kernels) {
        if (rows >= FEWEST) {
            calibration = Calibration.fit(outputs, labels, rows, width);
        }
        Tensor all = Tensor.of(outputs, 0, new int[] {rows, width});
        ClassProbabilities.calibrate(kernels, all, calibration.temperature(), calibration.smoothing());
        Evaluator evaluator = new Evaluator(label);
        for (int row = 0; row < rows; row++) {
            int best = 0;
            for (int c = 1; c < width; c++) {
                if (outputs[row * width + c] > outputs[row * width + best]) {
                    best = c;
                }
            }
            evaluator.addClass(labels[row], best, outputs, row * width);
        }
        evaluation = evaluator.evaluation();
    }

    private void regress() {
        double[] residuals = new double[rows];
        for (int row = 0; row < rows; row++) {
            residuals[row] = label.scale() * ((double) targets[row] - outputs[row]);
        }
        interval = PredictionInterval.of(residuals);
        Evaluator evaluator = new Evaluator(label);
        for (int row = 0; row < rows; row++) {
            double predicted = label.mean() + label.scale() * outputs[row];
            double actual = label.mean() + label.scale() * targets[row];
            evaluator.addValue(actual, predicted, predicted + interval.low(), predicted + interval.high());
        }
        evaluation = rows < FEWEST ? withoutInterval(evaluator.evaluation()) : evaluator.evaluation();
    }

    /** The rows that a few residuals come from lie within them: their share says nothing of other rows. */
    private static Evaluation withoutInterval(Evaluation all) {
        Map<String, Double> metrics = new LinkedHashMap<>(all.metrics());
        metrics.remove("interval_coverage");
        return new Evaluation(
                all.task(),
                all.rows(),
                all.unlabelled(),
                all.errors(),
                metrics,
                all.classes(),
                all.confusion(),
                all.reliability());
    }

    int rows() {
        return rows;
    }

    /** Classes, in index order, that no row kept aside has; none for regression. */
    List<String> unseen() {
        BitSet seen = new BitSet();
        for (int row = 0; row < rows; row++) {
            seen.set(labels[row]);
        }
        List<String> unseen = new ArrayList<>();
        for (int c = 0; c < label.classes().size(); c++) {
            if (!seen.get(c)) {
                unseen.add(label.classes().get(c));
            }
        }
        return unseen;
    }

    /** None for regression or with too few rows. */
    Calibration calibration() {
        return calibration;
    }

    /** In the label's unit; zero for classification. */
    PredictionInterval interval() {
        return interval;
    }

    Evaluation evaluation() {
        return evaluation;
    }
}
