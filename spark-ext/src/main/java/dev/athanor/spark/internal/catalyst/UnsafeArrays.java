package dev.athanor.spark.internal.catalyst;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataTypes;

/** Arrays in Spark's binary layout. */
final class UnsafeArrays {
    private UnsafeArrays() {}

    /** @param texts {@code UTF8String}s, none null */
    static UnsafeArrayData strings(Object[] texts) {
        Expression column = new BoundReference(0, DataTypes.createArrayType(DataTypes.StringType, false), false);
        InternalRow row = new GenericInternalRow(new Object[] {new GenericArrayData(texts)});
        return UnsafeProjection.create(Seqs.of(column)).apply(row).copy().getArray(0);
    }
}
