package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Task;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeMapData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.unsafe.types.VariantVal;

/**
 * The struct that {@code predict} returns, read straight out of the engine's {@link Predictions}: set to a row, it is
 * valid until set to the next. One thread.
 */
final class PredictionRow extends InternalRow implements CallResult {
    private static final long serialVersionUID = 1L;

    private final transient int fields;
    private final transient boolean classes;
    private final transient Object[] classValues;
    private final transient Probabilities probabilities;
    private transient Predictions predictions;
    private transient int row;

    PredictionRow(InferenceModel call, Model model, int fields) {
        this.fields = fields;
        this.classes = call.task() == Task.CLASSIFICATION;
        this.classValues = classes ? ClassValues.of(model.classes(), call.predictionType()) : null;
        this.probabilities = classes && reads(InferenceModel.PROBABILITIES) ? new Probabilities(model) : null;
    }

    @Override
    public PredictionRow value(Predictions newPredictions, RowBatch batch, int newRow) {
        this.predictions = newPredictions;
        this.row = newRow;
        return this;
    }

    @Override
    public InternalRow copy(Predictions newPredictions, RowBatch batch, int newRow) {
        return value(newPredictions, batch, newRow).copy();
    }

    @Override
    public boolean failed(Predictions newPredictions, RowBatch batch, int newRow) {
        return newPredictions.error(newRow) != null;
    }

    private boolean reads(int field) {
        return (fields & (1 << field)) != 0;
    }

    @Override
    public int numFields() {
        return InferenceModel.FIELDS;
    }

    @Override
    public boolean isNullAt(int field) {
        boolean failed = predictions.error(row) != null;
        return !reads(field) || (field == InferenceModel.ERROR) != failed;
    }

    private double number(int field) {
        if (classes) {
            return field == InferenceModel.CONFIDENCE
                    ? predictions.probability(row, predictions.classIndex(row))
                    : ((Number) prediction()).doubleValue();
        }
        return switch (field) {
            case InferenceModel.LOW -> predictions.low(row);
            case InferenceModel.HIGH -> predictions.high(row);
            default -> predictions.value(row);
        };
    }

    private Object prediction() {
        return classValues[predictions.classIndex(row)];
    }

    @Override
    public Object get(int field, DataType type) {
        if (isNullAt(field)) {
            return null;
        } else if (field == InferenceModel.ERROR) {
            return getUTF8String(field);
        } else if (classes && field == InferenceModel.PREDICTION) {
            return prediction();
        } else if (classes && field == InferenceModel.PROBABILITIES) {
            return getMap(field);
        }
        return number(field);
    }

    @Override
    public UTF8String getUTF8String(int field) {
        return field == InferenceModel.ERROR
                ? UTF8String.fromString(predictions.error(row))
                : (UTF8String) prediction();
    }

    @Override
    public double getDouble(int field) {
        return number(field);
    }

    @Override
    public float getFloat(int field) {
        return (Float) prediction();
    }

    @Override
    public boolean getBoolean(int field) {
        return (Boolean) prediction();
    }

    @Override
    public byte getByte(int field) {
        return (Byte) prediction();
    }

    @Override
    public short getShort(int field) {
        return (Short) prediction();
    }

    @Override
    public int getInt(int field) {
        return (Integer) prediction();
    }

    @Override
    public long getLong(int field) {
        return (Long) prediction();
    }

    @Override
    public Decimal getDecimal(int field, int precision, int scale) {
        return (Decimal) prediction();
    }

    @Override
    public MapData getMap(int field) {
        return probabilities.of(predictions, row);
    }

    /** A copy that stays valid. */
    @Override
    public InternalRow copy() {
        Object[] values = new Object[InferenceModel.FIELDS];
        for (int i = 0; i < values.length; i++) {
            Object value = get(i, null);
            values[i] = value instanceof UnsafeMapData map ? map.copy() : value;
        }
        return new GenericInternalRow(values);
    }

    @Override
    public byte[] getBinary(int field) {
        throw none("binary");
    }

    @Override
    public CalendarInterval getInterval(int field) {
        throw none("interval");
    }

    @Override
    public VariantVal getVariant(int field) {
        throw none("variant");
    }

    @Override
    public InternalRow getStruct(int field, int numFields) {
        throw none("struct");
    }

    @Override
    public ArrayData getArray(int field) {
        throw none("array");
    }

    @Override
    public void setNullAt(int field) {
        throw none("writable");
    }

    @Override
    public void update(int field, Object value) {
        throw none("writable");
    }

    private static UnsupportedOperationException none(String what) {
        return new UnsupportedOperationException("a prediction has no " + what + " field");
    }

    /** The map from class name to probability, in Spark's binary layout: names are written once, numbers per row. */
    private static final class Probabilities {
        private final UnsafeMapData map = new UnsafeMapData();
        private final byte[] bytes;
        private final long firstValue;
        private final int count;

        Probabilities(Model model) {
            UnsafeArrayData names = (UnsafeArrayData) names(model);
            UnsafeArrayData values = UnsafeArrayData.fromPrimitiveArray(
                    new double[model.classes().size()]);
            count = model.classes().size();
            // Layout: bytes of the key array (8), the key array, the value array.
            bytes = new byte[Long.BYTES + names.getSizeInBytes() + values.getSizeInBytes()];
            Platform.putLong(bytes, Platform.BYTE_ARRAY_OFFSET, names.getSizeInBytes());
            names.writeToMemory(bytes, Platform.BYTE_ARRAY_OFFSET + (long) Long.BYTES);
            long valuesAt = Platform.BYTE_ARRAY_OFFSET + (long) Long.BYTES + names.getSizeInBytes();
            values.writeToMemory(bytes, valuesAt);
            firstValue = valuesAt + UnsafeArrayData.calculateHeaderPortionInBytes(count);
            map.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
        }

        private static ArrayData names(Model model) {
            Object[] texts =
                    model.classes().stream().map(UTF8String::fromString).toArray();
            return UnsafeArrays.strings(texts);
        }

        UnsafeMapData of(Predictions predictions, int row) {
            for (int i = 0; i < count; i++) {
                Platform.putDouble(bytes, firstValue + (long) i * Double.BYTES, predictions.probability(row, i));
            }
            return map;
        }
    }
}
