package dev.athanor.spark.internal.catalyst;

import dev.athanor.spark.job.JobJson;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.DateTimeUtils;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A job's report as the rows that its procedure gives: one row with a column for each component of the record, or, where
 * the report is nothing but a list of records, a row for each of them. Immutable.
 *
 * <p>Names become snake_case; nested records, lists and maps become structs, arrays and maps; an {@link Instant} becomes
 * a timestamp, an enum its name, a {@link Duration} seconds, and what has no type of its own in SQL its JSON.
 */
public final class ReportRows {
    private final Class<? extends Record> type;
    private final RecordComponent list;
    private final StructType schema;

    private ReportRows(Class<? extends Record> type, RecordComponent list, StructType schema) {
        this.type = type;
        this.list = list;
        this.schema = schema;
    }

    /** For reports of a type. */
    public static ReportRows of(Class<? extends Record> report) {
        RecordComponent[] components = report.getRecordComponents();
        if (components.length == 1
                && components[0].getGenericType() instanceof ParameterizedType generic
                && Collection.class.isAssignableFrom(components[0].getType())
                && generic.getActualTypeArguments()[0] instanceof Class<?> item
                && item.isRecord()) {
            Class<? extends Record> row = item.asSubclass(Record.class);
            return new ReportRows(row, components[0], struct(row));
        }
        return new ReportRows(report, null, struct(report));
    }

    public StructType schema() {
        return schema;
    }

    /** The rows of one report. */
    public List<InternalRow> rows(Record report) {
        if (list == null) {
            return List.of(row(report, type));
        }
        List<InternalRow> rows = new ArrayList<>();
        for (Object item : (Collection<?>) value(list, report)) {
            rows.add(row((Record) item, type));
        }
        return rows;
    }

    private static StructType struct(Class<? extends Record> record) {
        StructType struct = new StructType();
        for (RecordComponent component : record.getRecordComponents()) {
            struct = struct.add(new StructField(
                    JobJson.snake(component.getName()),
                    sqlType(component.getGenericType()),
                    !component.getType().isPrimitive(),
                    org.apache.spark.sql.types.Metadata.empty()));
        }
        return struct;
    }

    private static DataType sqlType(Type type) {
        if (type instanceof ParameterizedType generic) {
            Class<?> raw = (Class<?>) generic.getRawType();
            Type[] arguments = generic.getActualTypeArguments();
            if (Collection.class.isAssignableFrom(raw)) {
                return DataTypes.createArrayType(sqlType(arguments[0]), true);
            } else if (Map.class.isAssignableFrom(raw) && arguments[0] == String.class) {
                return DataTypes.createMapType(DataTypes.StringType, sqlType(arguments[1]), true);
            }
        } else if (type instanceof Class<?> c) {
            if (c == int.class || c == Integer.class) {
                return DataTypes.IntegerType;
            } else if (c == long.class || c == Long.class) {
                return DataTypes.LongType;
            } else if (c == double.class || c == Double.class || c == Duration.class) {
                return DataTypes.DoubleType;
            } else if (c == float.class || c == Float.class) {
                return DataTypes.FloatType;
            } else if (c == boolean.class || c == Boolean.class) {
                return DataTypes.BooleanType;
            } else if (c == Instant.class) {
                return DataTypes.TimestampType;
            } else if (c.isArray()) {
                return DataTypes.createArrayType(sqlType(c.getComponentType()), true);
            } else if (c.isRecord()) {
                return struct(c.asSubclass(Record.class));
            }
        }
        return DataTypes.StringType;
    }

    private static InternalRow row(Record record, Class<? extends Record> type) {
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = sqlValue(value(components[i], record), components[i].getGenericType());
        }
        return new GenericInternalRow(values);
    }

    private static Object sqlValue(Object value, Type type) {
        if (value == null) {
            return null;
        }
        DataType sql = sqlType(type);
        if (type instanceof ParameterizedType generic && value instanceof Collection<?> items) {
            Type item = generic.getActualTypeArguments()[0];
            return new GenericArrayData(
                    items.stream().map(v -> sqlValue(v, item)).toArray());
        } else if (type instanceof ParameterizedType generic && value instanceof Map<?, ?> map && !isText(sql)) {
            Object[] keys = map.keySet().stream()
                    .map(k -> UTF8String.fromString(k.toString()))
                    .toArray();
            Object[] values = map.values().stream()
                    .map(v -> sqlValue(v, generic.getActualTypeArguments()[1]))
                    .toArray();
            return new ArrayBasedMapData(new GenericArrayData(keys), new GenericArrayData(values));
        } else if (value.getClass().isArray() && type instanceof Class<?> array) {
            Object[] items = new Object[java.lang.reflect.Array.getLength(value)];
            for (int i = 0; i < items.length; i++) {
                items[i] = sqlValue(java.lang.reflect.Array.get(value, i), array.getComponentType());
            }
            return new GenericArrayData(items);
        } else if (value instanceof Record record && !isText(sql)) {
            return row(record, record.getClass());
        } else if (value instanceof Instant instant && !isText(sql)) {
            return DateTimeUtils.instantToMicros(instant);
        } else if (value instanceof Duration duration && !isText(sql)) {
            return duration.toNanos() / 1e9;
        } else if (isText(sql)) {
            boolean plain = value instanceof CharSequence
                    || value instanceof Enum
                    || value instanceof Number
                    || value instanceof Boolean
                    || value instanceof java.time.temporal.TemporalAccessor;
            return UTF8String.fromString(plain ? value.toString() : JobJson.write(value));
        }
        return value;
    }

    private static boolean isText(DataType type) {
        return type.equals(DataTypes.StringType);
    }

    private static Object value(RecordComponent component, Record record) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException("cannot read " + component + " of a report", e);
        }
    }
}
