package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.text.NearestName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Which Spark columns the engine can read, and as what.
 *
 * <p>Numbers, booleans, dates and timestamps are {@link ColumnKind#NUMBER}; strings {@link ColumnKind#STRING}; arrays of
 * numbers and MLlib vectors {@link ColumnKind#VECTOR}; binary {@link ColumnKind#IMAGE_FILE}.
 */
public final class ColumnSpecs {
    private static final String SUPPORTED =
            "Supported are numbers, booleans, dates, timestamps, strings, arrays of numbers, MLlib vectors and binary images";

    private ColumnSpecs() {}

    /**
     * The columns called {@code names}, in that order, with the names they have in the schema.
     *
     * @throws AthanorException when a column does not exist (with the nearest name) or has a type no model can read
     */
    public static List<ColumnSpec> of(StructType schema, List<String> names) {
        List<ColumnSpec> specs = new ArrayList<>(names.size());
        for (String name : names) {
            specs.add(of(find(schema, name)));
        }
        return specs;
    }

    /** As {@link #of(StructType, List)} for one column. */
    public static ColumnSpec of(StructType schema, String name) {
        return of(find(schema, name));
    }

    private static ColumnSpec of(StructField field) {
        return new ColumnSpec(field.name(), kind(field.name(), field.dataType()), ddl(field.dataType()));
    }

    /** The field called {@code name}: exactly, or else the only one that differs in case alone. */
    static StructField find(StructType schema, String name) {
        StructField found = null;
        for (StructField field : schema.fields()) {
            if (field.name().equals(name)) {
                return field;
            }
            if (field.name().equalsIgnoreCase(name)) {
                if (found != null) {
                    throw new AthanorException(
                            "Cannot read column '" + name + "'",
                            "'" + found.name() + "' and '" + field.name() + "' differ from it in case only",
                            "Write the name exactly as in the table");
                }
                found = field;
            }
        }
        if (found == null) {
            String hint = NearestName.hint(name, Arrays.asList(schema.fieldNames()));
            throw new AthanorException(
                    "Cannot read column '" + name + "'",
                    "the table has no such column",
                    hint.endsWith("?") ? hint + " Its columns: " + String.join(", ", schema.fieldNames()) : hint);
        }
        return found;
    }

    static ColumnKind kind(String column, DataType type) {
        ColumnKind kind = kindOrNull(type);
        if (kind == null) {
            throw new AthanorException(
                    "Cannot use column '" + column + "'",
                    "its type is " + ddl(type) + ", which no model can read",
                    SUPPORTED + "; cast it or leave the column out");
        }
        return kind;
    }

    /** What the engine reads values of {@code type} as, or null when it cannot. */
    static ColumnKind kindOrNull(DataType type) {
        if (isNumber(type)
                || type instanceof BooleanType
                || type instanceof DateType
                || type instanceof TimestampType
                || type instanceof TimestampNTZType) {
            return ColumnKind.NUMBER;
        }
        if (type instanceof StringType) {
            return ColumnKind.STRING;
        }
        if (MlVectors.is(type) || (type instanceof ArrayType array && isNumber(array.elementType()))) {
            return ColumnKind.VECTOR;
        }
        return type instanceof BinaryType ? ColumnKind.IMAGE_FILE : null;
    }

    /** Whether a column of this type can be a feature or a label. */
    public static boolean isReadable(DataType type) {
        return kindOrNull(type) != null;
    }

    static boolean isNumber(DataType type) {
        return type instanceof NumericType;
    }

    /** The type as DDL, {@code vector} for MLlib's. */
    static String ddl(DataType type) {
        return MlVectors.is(type) ? "vector" : type.catalogString();
    }

    /**
     * Checks that a column given to a model can stand for the one it was trained with: the same family of types, so that
     * no value changes its meaning. Any number stands for any number, any array of numbers or MLlib vector for another.
     *
     * @throws AthanorException naming the column, the trained and the given type
     */
    static void requireSameFamily(String verb, ColumnSpec trained, DataType given) {
        if (given instanceof NullType) {
            return;
        }
        String family = family(given);
        if (family == null || !family.equals(familyOf(trained))) {
            throw new AthanorException(
                    verb,
                    "feature '" + trained.name() + "' was trained as " + trained.sqlType() + " and is given as "
                            + ddl(given),
                    "Cast it to " + trained.sqlType() + ", or train the model again on the new type");
        }
    }

    private static String familyOf(ColumnSpec trained) {
        return switch (trained.kind()) {
            case STRING -> "string";
            case VECTOR -> "vector";
            case IMAGE_FILE -> "binary";
            case NUMBER -> family(parse(trained));
        };
    }

    private static DataType parse(ColumnSpec trained) {
        return trained.sqlType().isEmpty() ? DataTypes.DoubleType : DataType.fromDDL(trained.sqlType());
    }

    private static String family(DataType type) {
        if (type instanceof BooleanType) {
            return "boolean";
        }
        if (type instanceof DateType) {
            return "date";
        }
        if (type instanceof TimestampType || type instanceof TimestampNTZType) {
            return "timestamp";
        }
        ColumnKind kind = kindOrNull(type);
        if (kind == null) {
            return null;
        }
        return switch (kind) {
            case NUMBER -> "number";
            case STRING -> "string";
            case VECTOR -> "vector";
            case IMAGE_FILE -> "binary";
        };
    }
}
