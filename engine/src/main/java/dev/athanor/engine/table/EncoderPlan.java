package dev.athanor.engine.table;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How rows become network inputs, and labels become targets: {@code encoder.json} of a model package.
 *
 * <p>Immutable, safe to share. What is too large for JSON, the inverse document frequencies, travels as tensors beside
 * it: {@link #tensors()} to store, {@link #withTensors} to bring back.
 *
 * @param formatVersion 1
 * @param columns one plan per feature column, in the order of the signature
 * @param label plan of the label
 * @param layout what an encoded row looks like
 * @param tensors named tensors, {@code encoder.idf.0} for bag 0
 */
public record EncoderPlan(
        int formatVersion,
        List<ColumnPlan> columns,
        LabelPlan label,
        InputLayout layout,
        @JsonIgnore Map<String, Tensor> tensors) {
    /** Prefix of the names of {@link #tensors()}. */
    public static final String TENSOR_PREFIX = "encoder.";

    public EncoderPlan {
        columns = List.copyOf(columns);
        tensors = tensors == null ? Map.of() : new LinkedHashMap<>(tensors);
    }

    /**
     * Plans the encoding of a profiled table.
     *
     * @param network {@code cnn} gives the network an image; every other kind gets the pixels as dense features
     */
    public static EncoderPlan of(TableProfile profile, String network) {
        LabelPlan label = LabelPlan.of(profile);
        ColumnPlanner planner = new ColumnPlanner(profile, network.equals("cnn"));
        List<ColumnPlan> columns = new ArrayList<>();
        for (int i = 0; i < profile.features().size(); i++) {
            columns.add(planner.plan(i));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i) instanceof ColumnPlan.HashedText text) {
                tensors.put(idfName(text.bag()), inverseFrequencies((ColumnProfile.Strings)
                        profile.columns().get(i)));
            }
        }
        return new EncoderPlan(1, columns, label, planner.layout(), tensors);
    }

    /** The same plan with tensors read from a package. */
    public EncoderPlan withTensors(Map<String, Tensor> stored) {
        return new EncoderPlan(formatVersion, columns, label, layout, stored);
    }

    /** Inverse document frequency per bucket of a text bag (V); 0 for buckets that training never saw. */
    Tensor idf(int bag) {
        return tensors.get(idfName(bag));
    }

    private static String idfName(int bag) {
        return TENSOR_PREFIX + "idf." + bag;
    }

    /** {@code 1 + ln((1 + n) / (1 + df))}: the smooth form that scikit-learn's TfidfTransformer documents. */
    private static Tensor inverseFrequencies(ColumnProfile.Strings column) {
        int[] documents = column.documents();
        long n = column.rows() - column.nulls();
        float[] idf = new float[documents.length];
        for (int i = 0; i < idf.length; i++) {
            idf[i] = documents[i] == 0 ? 0f : (float) (1 + Math.log((1.0 + n) / (1.0 + documents[i])));
        }
        Tensor tensor = Tensor.zeros(DType.FLOAT32, idf.length);
        System.arraycopy(idf, 0, tensor.floats(), tensor.offset(), idf.length);
        return tensor;
    }
}
