package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.Some;

/** Turns the class names of a model back into values of the label's SQL type, as Spark holds them in rows. */
final class ClassValues {
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

    private ClassValues() {}

    static Object[] of(List<String> names, DataType type) {
        return names.stream().map(name -> value(name, type)).toArray();
    }

    private static Object value(String name, DataType type) {
        if (type instanceof StringType) {
            return UTF8String.fromString(name);
        }
        BigDecimal number = number(name);
        if (number != null) {
            // Dates, timestamps and booleans are numbers to the engine: days, seconds, and 0 or 1.
            if (type instanceof DateType) {
                return number.intValue();
            } else if (type instanceof TimestampType || type instanceof TimestampNTZType) {
                return number.multiply(MICROS).longValue();
            } else if (type instanceof BooleanType) {
                return number.signum() != 0;
            }
        }
        String text = number != null && type instanceof NumericType && !(type instanceof DecimalType)
                ? number.stripTrailingZeros().toPlainString()
                : name;
        Object value = new Cast(
                        new Literal(UTF8String.fromString(text), DataTypes.StringType),
                        type,
                        new Some<>("UTC"),
                        EvalMode.TRY())
                .eval(null);
        if (value == null) {
            throw new AthanorException(
                    "Cannot return class '" + name + "'",
                    "it is not a value of the label's type, " + type.catalogString(),
                    "Train the model again; its package does not fit its label");
        }
        return value;
    }

    private static BigDecimal number(String name) {
        try {
            return new BigDecimal(name);
        } catch (NumberFormatException e) {
            return null; // "true", "2024-01-31": not a number, and no error
        }
    }
}
