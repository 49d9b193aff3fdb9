package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A registered version of a model, as a plan carries it: enough to type a call and to find the package on an executor.
 *
 * <p>Two are equal when they compute the same: same content, same kernels.
 */
final class InferenceModel implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Place of the fields in the struct that a call returns. */
    static final int PREDICTION = 0;

    static final int CONFIDENCE = 1;
    static final int PROBABILITIES = 2;
    static final int LOW = 1;
    static final int HIGH = 2;
    static final int ERROR = 3;
    static final int FIELDS = 4;
    static final int ALL_FIELDS = (1 << FIELDS) - 1;

    private static final int MOST_ROWS = 1 << 16;

    private final String ref;
    private final String location;
    private final String digest;
    private final String kernels;
    private final String kernelsDescription;
    private final Task task;
    private final DataType labelType;
    private final List<ColumnSpec> features;
    private final long vectorNumbers;
    private final int mostRows;

    /**
     * @param ref {@code name@version}
     * @param location Hadoop path of the package
     * @param digest sha256 of its manifest
     * @param kernels provider asked for by the session
     * @param kernelsDescription provider chosen on the driver, and why
     */
    InferenceModel(String ref, String location, String digest, String kernels, String kernelsDescription, Model model) {
        Manifest manifest = model.manifest();
        this.ref = ref;
        this.location = location;
        this.digest = digest;
        this.kernels = kernels;
        this.kernelsDescription = kernelsDescription;
        this.task = manifest.task();
        this.labelType = DataType.fromDDL(manifest.labelType());
        this.features = List.copyOf(manifest.features());
        this.vectorNumbers = model.vectorNumbers();
        this.mostRows = model.batchRows(MOST_ROWS);
    }

    String ref() {
        return ref;
    }

    String location() {
        return location;
    }

    String digest() {
        return digest;
    }

    String kernels() {
        return kernels;
    }

    String kernelsDescription() {
        return kernelsDescription;
    }

    Task task() {
        return task;
    }

    /** Type of the prediction: the label's own for classes, double for numbers. */
    DataType predictionType() {
        return task == Task.CLASSIFICATION ? labelType : DataTypes.DoubleType;
    }

    List<ColumnSpec> features() {
        return features;
    }

    /** Numbers in the vectors of one row. */
    long vectorNumbers() {
        return vectorNumbers;
    }

    /** Rows that a batch of this model had better not exceed. */
    int mostRows() {
        return mostRows;
    }

    /** What {@code predict} returns. */
    StructType resultType() {
        StructType start = new StructType().add("prediction", predictionType());
        StructType middle = task == Task.CLASSIFICATION
                ? start.add("confidence", DataTypes.DoubleType)
                        .add(
                                "probabilities",
                                DataTypes.createMapType(DataTypes.StringType, DataTypes.DoubleType, false))
                : start.add("low", DataTypes.DoubleType).add("high", DataTypes.DoubleType);
        return middle.add("error", DataTypes.StringType);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InferenceModel that && digest.equals(that.digest) && kernels.equals(that.kernels);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    @Override
    public String toString() {
        return ref;
    }
}
