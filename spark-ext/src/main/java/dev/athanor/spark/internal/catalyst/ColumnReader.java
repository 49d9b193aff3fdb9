package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.FeatureColumn;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Copies the values of one Spark column, from rows or from a column vector, into a {@link FeatureColumn}. */
abstract class ColumnReader {
    private static final double MICROS = 1e6;

    /** Appends one value of a row. */
    final void append(SpecializedGetters row, int ordinal, FeatureColumn to) {
        if (row.isNullAt(ordinal)) {
            to.appendNull();
        } else {
            appendValue(row, ordinal, to);
        }
    }

    /** Appends the value at {@code rowId} of a column vector; {@code ordinal} is the column's place in {@code row}. */
    void append(ColumnVector vector, int rowId, SpecializedGetters row, int ordinal, FeatureColumn to) {
        append(row, ordinal, to);
    }

    abstract void appendValue(SpecializedGetters row, int ordinal, FeatureColumn to);

    /** A reader of {@code type}, whose kind is {@code kind} or which is all null. */
    static ColumnReader of(DataType type, ColumnKind kind) {
        return switch (kind) {
            case NUMBER -> new Numbers(number(type));
            case STRING -> new Strings();
            case VECTOR -> vector(type);
            case IMAGE_FILE -> new Binaries();
        };
    }

    private static ColumnReader vector(DataType type) {
        if (type instanceof ArrayType array) {
            return array.elementType() instanceof FloatType
                    ? new FloatArrays()
                    : new NumberArrays(number(array.elementType()));
        }
        return new Vectors();
    }

    /** Reads a number out of a row or an array. */
    @FunctionalInterface
    private interface NumberGetter {
        double get(SpecializedGetters from, int ordinal);
    }

    private static NumberGetter number(DataType type) {
        if (type instanceof DoubleType) {
            return SpecializedGetters::getDouble;
        } else if (type instanceof FloatType) {
            return SpecializedGetters::getFloat;
        } else if (type instanceof IntegerType || type instanceof DateType) {
            return SpecializedGetters::getInt;
        } else if (type instanceof LongType) {
            return SpecializedGetters::getLong;
        } else if (type instanceof ShortType) {
            return SpecializedGetters::getShort;
        } else if (type instanceof ByteType) {
            return SpecializedGetters::getByte;
        } else if (type instanceof BooleanType) {
            return (from, i) -> from.getBoolean(i) ? 1 : 0;
        } else if (type instanceof TimestampType || type instanceof TimestampNTZType) {
            return (from, i) -> from.getLong(i) / MICROS;
        } else if (type instanceof DecimalType decimal) {
            return (from, i) ->
                    from.getDecimal(i, decimal.precision(), decimal.scale()).toDouble();
        } else if (type instanceof NullType) {
            return (from, i) -> Double.NaN;
        }
        throw new IllegalArgumentException("Cannot read " + type + " as a number");
    }

    private static final class Numbers extends ColumnReader {
        private final NumberGetter getter;

        Numbers(NumberGetter getter) {
            this.getter = getter;
        }

        @Override
        void appendValue(SpecializedGetters row, int ordinal, FeatureColumn to) {
            ((FeatureColumn.Numbers) to).append(getter.get(row, ordinal));
        }
    }

    private static final class Strings extends ColumnReader {
        @Override
        void appendValue(SpecializedGetters row, int ordinal, FeatureColumn to) {
            UTF8String value = row.getUTF8String(ordinal);
            FeatureColumn.Bytes bytes = (FeatureColumn.Bytes) to;
            int length = value.numBytes();
            int start = bytes.reserve(length);
            value.writeToMemory(bytes.data(), Platform.BYTE_ARRAY_OFFSET + (long) start);
            bytes.finish(start + length);
        }
    }

    private static final class Binaries extends ColumnReader {
        @Override
        void appendValue(SpecializedGetters row, int ordinal, FeatureColumn to) {
            byte[] value = row.getBinary(ordinal);
            ((FeatureColumn.Bytes) to).append(value, 0, value.length);
        }
    }

    private static final class Vectors extends ColumnReader {
        @Override
        void appendValue(SpecializedGetters row, int ordinal, FeatureColumn to) {
            InternalRow vector = row.getStruct(ordinal, MlVectors.FIELDS);
            int length = MlVectors.length(vector);
            FeatureColumn.Vectors vectors = (FeatureColumn.Vectors) to;
            int start = vectors.reserve(length);
            MlVectors.write(vector, length, vectors.data(), start);
            vectors.finish(start + length);
        }
    }

    /** Arrays of any number type; a missing element is NaN. */
    private static final class NumberArrays extends ColumnReader {
        private final NumberGetter getter;

        NumberArrays(NumberGetter getter) {
            this.getter = getter;
        }

        @Override
        void appendValue(SpecializedGetters row, int ordinal, FeatureColumn to) {
            ArrayData array = row.getArray(ordinal);
            int length = array.numElements();
            FeatureColumn.Vectors vectors = (FeatureColumn.Vectors) to;
            int start = vectors.reserve(length);
            float[] data = vectors.data();
            for (int i = 0; i < length; i++) {
                data[start + i] = array.isNullAt(i) ? Float.NaN : (float) getter.get(array, i);
            }
            vectors.finish(start + length);
        }
    }

    /** {@code array<float>}: copied in bulk from rows and from Parquet's column vectors; a missing element is NaN. */
    private static final class FloatArrays extends ColumnReader {
        @Override
        void appendValue(SpecializedGetters row, int ordinal, FeatureColumn to) {
            ArrayData array = row.getArray(ordinal);
            int length = array.numElements();
            FeatureColumn.Vectors vectors = (FeatureColumn.Vectors) to;
            int start = vectors.reserve(length);
            float[] data = vectors.data();
            if (array instanceof UnsafeArrayData unsafe && noneNull(unsafe, length)) {
                int header = UnsafeArrayData.calculateHeaderPortionInBytes(length);
                Platform.copyMemory(
                        unsafe.getBaseObject(),
                        unsafe.getBaseOffset() + header,
                        data,
                        Platform.FLOAT_ARRAY_OFFSET + (long) start * Float.BYTES,
                        (long) length * Float.BYTES);
            } else {
                for (int i = 0; i < length; i++) {
                    data[start + i] = array.isNullAt(i) ? Float.NaN : array.getFloat(i);
                }
            }
            vectors.finish(start + length);
        }

        @Override
        void append(ColumnVector vector, int rowId, SpecializedGetters row, int ordinal, FeatureColumn to) {
            if (!(vector instanceof WritableColumnVector arrays)
                    || arrays.getChild(0).hasNull()) {
                append(row, ordinal, to);
            } else if (arrays.isNullAt(rowId)) {
                to.appendNull();
            } else {
                int length = arrays.getArrayLength(rowId);
                appendAll(arrays.getChild(0), arrays.getArrayOffset(rowId), length, (FeatureColumn.Vectors) to);
            }
        }

        /** Spark's bulk copy out of a dictionary looks at every element's null flag, so here each is looked up at once. */
        private static void appendAll(WritableColumnVector elements, int from, int length, FeatureColumn.Vectors to) {
            if (elements.hasDictionary()) {
                int start = to.reserve(length);
                float[] data = to.data();
                for (int i = 0; i < length; i++) {
                    data[start + i] = elements.getFloat(from + i);
                }
                to.finish(start + length);
            } else {
                to.append(elements.getFloats(from, length), 0, length);
            }
        }

        /** Whether the null bits, which follow the element count as whole words, are all clear. */
        private static boolean noneNull(UnsafeArrayData array, int length) {
            long at = array.getBaseOffset() + Long.BYTES;
            for (int word = 0; word < (length + 63) / 64; word++, at += Long.BYTES) {
                if (Platform.getLong(array.getBaseObject(), at) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
