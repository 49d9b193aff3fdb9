package dev.athanor.pipelines.input;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.try_to_timestamp;
import static org.apache.spark.sql.functions.when;

import dev.athanor.connectors.source.Source;
import dev.athanor.connectors.source.SourceFormat;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;

/**
 * Columns of a text file that are read as text and turned, cell by cell, into the types that a model was trained with.
 *
 * <p>Only columns are that look like another type than the trained one; the others are read as they were inferred.
 */
final class TrainedCells {
    /** Every column as it is. */
    static final TrainedCells NONE = new TrainedCells(List.of(), Map.of(), null, true);

    private static final int SHOWN = 64;

    /**
     * A column that a model was trained on.
     *
     * @param path of the column and the fields within it
     * @param sql the path as SQL
     * @param given what its cells look like
     */
    record Candidate(ColumnSpec trained, List<String> path, String sql, DataType given) {}

    private final List<Candidate> asText;
    private final Map<String, Cells> converted;
    private final String corrupt;
    private final boolean sound;

    private TrainedCells(List<Candidate> asText, Map<String, Cells> converted, String corrupt, boolean sound) {
        this.asText = asText;
        this.converted = converted;
        this.corrupt = corrupt;
        this.sound = sound;
    }

    /**
     * How a column of texts is turned into values.
     *
     * @param type what they become
     * @param format of dates and timestamps, or null
     */
    private record Cells(ColumnSpec trained, DataType type, String format) {
        Column of(Column text) {
            if (type instanceof ArrayType) {
                return from_json(text, type);
            }
            return format == null
                    ? text.try_cast(type)
                    : try_to_timestamp(text, lit(format)).cast(type);
        }

        Column problem(Column text) {
            return when(
                    text.isNotNull().and(of(text).isNull()),
                    concat(
                            lit("column " + trained.name() + " is '"),
                            substring(text, 1, SHOWN),
                            lit("', which is no " + trained.sqlType())));
        }

        Cells as(DataType other) {
            return new Cells(trained, other, format);
        }
    }

    /** Looks at what the columns seem to be, and where that is not what they were, at the cells themselves. */
    static TrainedCells of(Source source, Map<String, String> given, List<Candidate> columns) {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(given);
        boolean sampled = options.containsKey("samplingRatio");
        List<Candidate> asText = new ArrayList<>();
        Map<String, Cells> converted = new LinkedHashMap<>();
        for (Candidate column : columns) {
            if (column.trained().kind() == ColumnKind.STRING) {
                if (isScalar(column.given()) && !(column.given() instanceof StringType)) {
                    asText.add(column);
                }
                continue;
            }
            Cells cells = cells(source.format(), options, column, sampled);
            if (cells != null) {
                asText.add(column);
                converted.put(column.sql(), cells);
            }
        }
        String name = BrokenLines.column(source, options);
        boolean broken =
                name != null && columns.stream().noneMatch(c -> c.path().get(0).equals(name));
        return new TrainedCells(asText, converted, broken ? name : null, !broken).lookedAt(source);
    }

    /** How the column's texts become what it was, or null when it is that already or can never be. */
    private static Cells cells(SourceFormat format, Map<String, String> options, Candidate column, boolean sampled) {
        ColumnSpec trained = column.trained();
        DataType given = column.given();
        boolean text = given instanceof StringType || given instanceof NullType;
        if (trained.kind() == ColumnKind.VECTOR) {
            boolean numbers = given instanceof ArrayType array && array.elementType() instanceof NumericType;
            return format == SourceFormat.JSON && !trained.sqlType().equals("vector") && (sampled || !numbers)
                    ? new Cells(trained, DataTypes.createArrayType(DataTypes.DoubleType), null)
                    : null;
        }
        if (trained.kind() != ColumnKind.NUMBER) {
            return null;
        }
        DataType type = DataType.fromDDL(trained.sqlType());
        if (type instanceof DateType) {
            return text || sampled ? new Cells(trained, type, options.get("dateFormat")) : null;
        }
        if (type instanceof TimestampType || type instanceof TimestampNTZType) {
            String pattern = type instanceof TimestampType ? "timestampFormat" : "timestampNTZFormat";
            return text || sampled || given instanceof DateType ? new Cells(trained, type, options.get(pattern)) : null;
        }
        return text || sampled ? new Cells(trained, type, null) : null;
    }

    private static boolean isScalar(DataType type) {
        return !(type instanceof StructType
                || type instanceof ArrayType
                || type instanceof org.apache.spark.sql.types.MapType);
    }

    /** Counts the cells that can be read; leaves out the columns that have none. */
    private TrainedCells lookedAt(Source source) {
        if (converted.isEmpty()) {
            return this;
        }
        Dataset<Row> rows = rows(source);
        List<Column> counts = new ArrayList<>();
        converted.forEach((sql, cells) -> {
            Column text = rows.col(sql);
            counts.add(count(text));
            counts.add(count(cells.of(text)));
            // Any number stands for any number: 1.5 is fine where 1 and 2 were trained on.
            counts.add(count(cells.as(wide(cells.type())).of(text)));
        });
        Row counted = rows.agg(counts.get(0), counts.subList(1, counts.size()).toArray(Column[]::new))
                .first();
        Map<String, Cells> kept = new LinkedHashMap<>();
        List<Candidate> texts = new ArrayList<>(asText);
        boolean allSound = sound;
        int at = 0;
        for (Map.Entry<String, Cells> column : converted.entrySet()) {
            long present = counted.getLong(at);
            long exact = counted.getLong(at + 1);
            long readable = counted.getLong(at + 2);
            at += 3;
            if (present > 0 && readable == 0) {
                texts.removeIf(c -> c.sql().equals(column.getKey()));
            } else {
                Cells cells = column.getValue();
                kept.put(column.getKey(), exact == readable ? cells : cells.as(wide(cells.type())));
                allSound &= readable == present;
            }
        }
        return new TrainedCells(texts, kept, corrupt, allSound);
    }

    private static DataType wide(DataType type) {
        return type instanceof NumericType && !(type instanceof DecimalType) ? DataTypes.DoubleType : type;
    }

    /** The rows, with these columns as texts. */
    Dataset<Row> rows(Source source) {
        StructType schema = source.rows().schema();
        for (Candidate column : asText) {
            schema = withText(schema, column.path());
        }
        return asText.isEmpty() ? WrongLines.rows(source) : WrongLines.rows(source, schema);
    }

    private static StructType withText(StructType schema, List<String> path) {
        StructField[] fields = schema.fields().clone();
        for (int i = 0; i < fields.length; i++) {
            if (fields[i].name().equals(path.get(0))) {
                DataType type = path.size() == 1
                        ? DataTypes.StringType
                        : withText((StructType) fields[i].dataType(), path.subList(1, path.size()));
                fields[i] = new StructField(fields[i].name(), type, true, fields[i].metadata());
            }
        }
        return new StructType(fields);
    }

    /** A column's value: as it is, or turned into what it was. */
    Column value(String sql, Column column) {
        Cells cells = converted.get(sql);
        return cells == null ? column : cells.of(column);
    }

    Column problem(Dataset<Row> rows) {
        List<Column> problems = new ArrayList<>();
        if (corrupt != null) {
            problems.add(when(
                    rows.col("`" + corrupt.replace("`", "``") + "`").isNotNull(),
                    lit("the line is not a JSON object")));
        }
        converted.forEach((sql, cells) -> problems.add(cells.problem(rows.col(sql))));
        return problems.isEmpty() ? lit(null).cast(DataTypes.StringType) : coalesce(problems.toArray(Column[]::new));
    }

    boolean isSound() {
        return sound;
    }
}
