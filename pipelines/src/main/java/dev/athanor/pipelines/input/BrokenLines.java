package dev.athanor.pipelines.input;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.input_file_name;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.min_by;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.substring;
import static org.apache.spark.sql.functions.when;

import dev.athanor.connectors.source.Source;
import dev.athanor.connectors.source.SourceFormat;
import dev.athanor.engine.AthanorException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Records of JSON files that are none: Spark reads them as rows of nulls. */
final class BrokenLines {
    private static final int SHOWN = 64;

    private BrokenLines() {}

    /**
     * Name of the column in which Spark keeps the records that it could not read, or null when there is none.
     *
     * @param given the reader's options
     */
    static String column(Source source, Map<String, String> given) {
        Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        options.putAll(given);
        String name = options.getOrDefault("columnNameOfCorruptRecord", "_corrupt_record");
        return source.format() == SourceFormat.JSON
                        && List.of(source.rows().columns()).contains(name)
                ? name
                : null;
    }

    /** @throws AthanorException when there are such records; it says how many, and where the first is */
    static void refuse(Source source, String corrupt) {
        Dataset<Row> rows = source.rows();
        // Spark reads no file for the broken records alone: another column must be read beside them.
        String other = Arrays.stream(rows.columns())
                .filter(c -> !c.equals(corrupt))
                .findFirst()
                .orElseThrow();
        Dataset<Row> records = rows.select(named(rows, corrupt), named(rows, other))
                .toDF("broken", "other")
                .withColumn("at", monotonically_increasing_id())
                .withColumn("file", input_file_name());
        Column broken = records.col("broken").isNotNull();
        Row counted = records.agg(
                        count(lit(1)),
                        count(when(broken, 1)),
                        count(records.col("other")),
                        min_by(
                                struct(records.col("file"), substring(records.col("broken"), 1, SHOWN)),
                                when(broken, records.col("at"))))
                .first();
        long bad = counted.getLong(1);
        if (bad > 0) {
            Row first = counted.getStruct(3);
            String path = URI.create(first.getString(0)).getPath();
            throw new AthanorException(
                    "Cannot train on " + source.name(),
                    String.format(
                            Locale.ROOT,
                            "%,d of its %,d records %s no JSON objects: %s in %s",
                            bad,
                            counted.getLong(0),
                            bad == 1 ? "is" : "are",
                            (bad == 1 ? "'" : "the first is '")
                                    + first.getString(1).strip() + "'",
                            path.substring(path.lastIndexOf('/') + 1)),
                    "Correct " + (bad == 1 ? "it" : "them")
                            + ", or leave such records out with --option mode=DROPMALFORMED");
        }
    }

    private static Column named(Dataset<Row> rows, String name) {
        return rows.col("`" + name.replace("`", "``") + "`");
    }
}
