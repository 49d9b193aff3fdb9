package dev.athanor.engine.metrics;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.LabelEncoder;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.table.ValueText;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Collects predictions against labels; parts merge, so that each Spark task has one of its own. One thread.
 *
 * <pre>{@code
 * Evaluator evaluator = new Evaluator(model);
 * while (rows.next(batch)) {
 *     evaluator.add(model, predictor.predict(batch), batch);
 * }
 * Evaluation quality = evaluator.evaluation();
 * }</pre>
 */
public final class Evaluator {
    private static final int FORMAT = 1;

    private final Task task;
    private final List<String> names;
    private final String sqlType;
    private final LabelEncoder labels;
    private final ClassTally classes;
    private final ResidualTally residuals = new ResidualTally();
    private float[] probabilities = new float[0];
    private long unlabelled;
    private long errors;
    private long unseen;
    private String unseenLabel = "";

    /** An evaluator of a model's predictions. */
    public Evaluator(Model model) {
        this(LabelPlan.ofClasses(
                model.manifest().label(), model.manifest().labelType(), model.task(), model.classes()));
    }

    /** An evaluator of predictions of a label. */
    public Evaluator(LabelPlan label) {
        this.task = label.task();
        this.names = label.classes();
        this.sqlType = label.sqlType();
        this.labels = new LabelEncoder(label);
        this.classes = new ClassTally(names.size());
    }

    /** Takes in a batch of predictions and the rows they are of, which carry their label. */
    public void add(Model model, Predictions predictions, RowBatch rows) {
        if (rows.label() == null) {
            throw new IllegalArgumentException(
                    "Cannot evaluate " + model.manifest().label() + ": rows have no label");
        }
        for (int row = 0; row < predictions.rows(); row++) {
            if (rows.label().isNull(row)) {
                unlabelled++;
            } else if (predictions.error(row) != null) {
                errors++;
            } else if (task == Task.CLASSIFICATION) {
                addClass(predictions, row, rows.label());
            } else {
                addValue(predictions, row, rows.label());
            }
        }
    }

    private void addClass(Predictions predictions, int row, FeatureColumn label) {
        int actual = labels.classOf(label, row);
        if (actual < 0) {
            noteUnseen(label, row);
            return;
        }
        if (probabilities.length != names.size()) {
            probabilities = new float[names.size()];
        }
        for (int c = 0; c < probabilities.length; c++) {
            probabilities[c] = predictions.probability(row, c);
        }
        addClass(actual, predictions.classIndex(row), probabilities, 0);
    }

    private void addValue(Predictions predictions, int row, FeatureColumn label) {
        double actual = label instanceof FeatureColumn.Numbers numbers ? numbers.value(row) : Double.NaN;
        if (Double.isFinite(actual)) {
            addValue(actual, predictions.value(row), predictions.low(row), predictions.high(row));
        } else {
            noteUnseen(label, row);
        }
    }

    /**
     * Takes in one classified row.
     *
     * @param actual index of its class
     * @param predicted index of the most probable class
     * @param probability the probabilities of all classes, from index {@code at}
     */
    public void addClass(int actual, int predicted, float[] probability, int at) {
        classes.add(actual, predicted, probability, at);
    }

    /** Takes in one row of a regression, all in the label's unit. */
    public void addValue(double actual, double predicted, double low, double high) {
        residuals.add(actual, predicted, low, high);
    }

    /** Takes in rows that have a label and could not be predicted, for example because they could not be read. */
    public void addErrors(long rows) {
        errors += rows;
    }

    private void noteUnseen(FeatureColumn label, int row) {
        if (unseen++ == 0) {
            unseenLabel = label instanceof FeatureColumn.Bytes b
                    ? new String(
                            b.data(), b.start(row), Math.min(64, b.end(row) - b.start(row)), StandardCharsets.UTF_8)
                    : ValueText.of(((FeatureColumn.Numbers) label).value(row), sqlType);
        }
    }

    /** Adds what another evaluator of the same model has collected. */
    public void merge(Evaluator other) {
        if (other.task != task || other.names.size() != names.size()) {
            throw new IllegalArgumentException("Cannot merge evaluations: they are of different models");
        }
        classes.merge(other.classes);
        residuals.merge(other.residuals);
        unlabelled += other.unlabelled;
        errors += other.errors;
        unseenLabel = unseen > 0 ? unseenLabel : other.unseenLabel;
        unseen += other.unseen;
    }

    /**
     * The quality over all rows taken in.
     *
     * @throws AthanorException if no row could be measured, or a label is not one that the model knows
     */
    public Evaluation evaluation() {
        if (unseen > 0) {
            throw new AthanorException(
                    "Cannot evaluate model",
                    "label '" + unseenLabel + "' was not seen in training (" + unseen
                            + (unseen == 1 ? " row has" : " rows have") + " such labels)",
                    task == Task.CLASSIFICATION
                            ? "Leave these rows out, or train again with them; the model knows " + known()
                            : "Leave these rows out: labels are finite numbers");
        }
        long rows = task == Task.CLASSIFICATION ? classes.rows() : residuals.rows();
        if (rows == 0) {
            throw new AthanorException(
                    "Cannot evaluate model",
                    "no row could be measured: " + unlabelled + " without a label, " + errors
                            + " that cannot be predicted",
                    "Check the input and the label column");
        }
        return task == Task.CLASSIFICATION
                ? new Evaluation(
                        task,
                        rows,
                        unlabelled,
                        errors,
                        classes.metrics(),
                        classes.quality(names),
                        classes.confusion(),
                        classes.reliability())
                : new Evaluation(task, rows, unlabelled, errors, residuals.metrics(), List.of(), List.of(), List.of());
    }

    private String known() {
        String first = String.join(", ", names.subList(0, Math.min(10, names.size())));
        return names.size() > 10 ? first + ", … (" + names.size() + " classes)" : first;
    }

    /** The state, for another process of the same version. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(FORMAT);
            classes.write(out);
            residuals.write(out);
            out.writeLong(unlabelled);
            out.writeLong(errors);
            out.writeLong(unseen);
            out.writeUTF(unseenLabel);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** The evaluator of {@code model} whose {@link #toBytes()} these are. */
    public static Evaluator fromBytes(Model model, byte[] bytes) {
        Evaluator evaluator = new Evaluator(model);
        evaluator.read(bytes);
        return evaluator;
    }

    /** Adds the state that another evaluator of the same label gave as {@link #toBytes()}. */
    void read(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int format = in.readInt();
            if (format != FORMAT) {
                throw new IllegalArgumentException("Cannot read evaluation: format " + format + ", expected " + FORMAT);
            }
            classes.read(in);
            residuals.read(in);
            unlabelled = in.readLong();
            errors = in.readLong();
            unseen = in.readLong();
            unseenLabel = in.readUTF();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read evaluation: " + e.getMessage(), e);
        }
    }
}
