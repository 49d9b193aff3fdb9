package dev.athanor.spark.internal.catalyst;

import java.util.Arrays;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.DataType;

/** MLlib vectors as they lie in a row: {@code struct<type, size, indices, values>}, type 0 sparse and 1 dense. */
final class MlVectors {
    static final int FIELDS = 4;
    private static final byte SPARSE = 0;

    private MlVectors() {}

    static boolean is(DataType type) {
        return type instanceof VectorUDT || type instanceof org.apache.spark.mllib.linalg.VectorUDT;
    }

    static int length(InternalRow vector) {
        return vector.getByte(0) == SPARSE
                ? vector.getInt(1)
                : vector.getArray(3).numElements();
    }

    /** Writes all elements of a vector, zeros included, to {@code to} from index {@code at}. */
    static void write(InternalRow vector, int length, float[] to, int at) {
        ArrayData values = vector.getArray(3);
        if (vector.getByte(0) == SPARSE) {
            Arrays.fill(to, at, at + length, 0f);
            ArrayData indices = vector.getArray(2);
            for (int i = 0; i < indices.numElements(); i++) {
                to[at + indices.getInt(i)] = (float) values.getDouble(i);
            }
        } else {
            for (int i = 0; i < length; i++) {
                to[at + i] = (float) values.getDouble(i);
            }
        }
    }
}
