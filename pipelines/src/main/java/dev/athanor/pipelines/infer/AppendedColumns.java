package dev.athanor.pipelines.infer;

import dev.athanor.engine.AthanorException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Whether predictions can be appended to a Delta table without a value lost. */
final class AppendedColumns {
    /** Each holds all values of those before it. */
    private static final List<DataType> NUMBERS = List.of(
            DataTypes.ByteType,
            DataTypes.ShortType,
            DataTypes.IntegerType,
            DataTypes.LongType,
            DataTypes.FloatType,
            DataTypes.DoubleType);

    private AppendedColumns() {}

    /**
     * @param what the table, as the user named it
     * @param grows whether the session lets tables take new columns
     * @throws AthanorException when the table has no such column, or one of another type; it names both types
     */
    static void require(String what, StructType table, StructType rows, boolean grows) {
        for (StructField field : rows.fields()) {
            StructField there = find(table, field.name());
            if (there == null && !grows) {
                throw refused(
                        what,
                        "it has no column '" + field.name() + "', which the predictions have as "
                                + field.dataType().sql() + "; its columns are "
                                + Arrays.stream(table.fieldNames()).collect(Collectors.joining(", ")));
            }
            if (there != null && !fits(field.dataType(), there.dataType())) {
                throw refused(
                        what,
                        "its column '" + there.name() + "' is "
                                + there.dataType().sql() + ", and in the predictions it is "
                                + field.dataType().sql());
            }
        }
    }

    private static AthanorException refused(String what, String reason) {
        return new AthanorException(
                "Cannot append predictions to " + what,
                reason,
                "Write to another one, choose the columns with --keep, or replace it with --mode overwrite");
    }

    private static boolean fits(DataType from, DataType to) {
        if (from instanceof MapType a && to instanceof MapType b) {
            return fits(a.keyType(), b.keyType()) && fits(a.valueType(), b.valueType());
        } else if (from instanceof ArrayType a && to instanceof ArrayType b) {
            return fits(a.elementType(), b.elementType());
        } else if (from instanceof StructType a && to instanceof StructType b) {
            return a.size() == b.size()
                    && Arrays.stream(a.fields())
                            .allMatch(f -> find(b, f.name()) != null
                                    && fits(f.dataType(), find(b, f.name()).dataType()));
        } else if (from instanceof DecimalType a && to instanceof DecimalType b) {
            return a.scale() <= b.scale() && a.precision() - a.scale() <= b.precision() - b.scale();
        }
        int number = NUMBERS.indexOf(from);
        return from.equals(to)
                || (from instanceof StringType && to instanceof StringType)
                || (number >= 0 && number <= NUMBERS.indexOf(to));
    }

    private static StructField find(StructType type, String name) {
        return Arrays.stream(type.fields())
                .filter(f -> f.name().equalsIgnoreCase(name))
                .findFirst()
                .orElse(null);
    }
}
