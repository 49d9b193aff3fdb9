package dev.athanor.engine.table;

import dev.athanor.engine.tensor.Tensor;

/** Labels to class indices or standardised targets. Immutable, safe to share. */
public final class LabelEncoder {
    private final LabelPlan plan;
    private final ByteStringIndex names = new ByteStringIndex();
    private final NumberIndex numbers = new NumberIndex();

    public LabelEncoder(LabelPlan plan) {
        this.plan = plan;
        for (String name : plan.classes()) {
            names.add(name);
        }
        for (String name : plan.classes()) {
            double value = number(name, plan.sqlType());
            if (Double.isNaN(value)) {
                break; // not numbers: a numeric label finds nothing from here on
            }
            numbers.add(value);
        }
    }

    private static double number(String name, String sqlType) {
        if (name.equals("true") || name.equals("false")) {
            return name.equals("true") ? 1 : 0;
        }
        return ValueText.parse(name, sqlType);
    }

    /**
     * The class of a row's label, or -1 when it is null or was not seen in training. A string finds a class that was a
     * number, and the other way round: text files do not say which they hold.
     */
    public int classOf(FeatureColumn label, int row) {
        if (label.isNull(row)) {
            return -1;
        }
        if (label instanceof FeatureColumn.Bytes bytes) {
            return names.find(bytes.data(), bytes.start(row), bytes.end(row));
        }
        return numbers.find(((FeatureColumn.Numbers) label).value(row));
    }

    /** Labels, targets and weights: weight 0 where the label is null, not finite or of an unknown class. */
    void encode(FeatureColumn column, int from, int to, EncodedBatch into) {
        Tensor labels = into.labels();
        Tensor targets = into.targets();
        Tensor weights = into.weights();
        for (int row = from; row < to; row++) {
            int i = row - from;
            float weight = 1f;
            if (plan.task() == Task.CLASSIFICATION) {
                int index = classOf(column, row);
                labels.ints()[labels.offset() + i] = Math.max(0, index);
                weight = index < 0 ? 0f : 1f;
            } else {
                double value = column.isNull(row) ? Double.NaN : ((FeatureColumn.Numbers) column).value(row);
                boolean usable = Double.isFinite(value);
                targets.floats()[targets.offset() + i] = usable ? (float) ((value - plan.mean()) / plan.scale()) : 0f;
                weight = usable ? 1f : 0f;
            }
            weights.floats()[weights.offset() + i] = weight;
        }
    }
}
