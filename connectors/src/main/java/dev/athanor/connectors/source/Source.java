package dev.athanor.connectors.source;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * Rows ready to be read, as often as needed: where a Delta table changes meanwhile, every pass sees one version.
 *
 * @param name path or table as the user wrote it
 * @param format what it was read as
 * @param rows the rows, lazily
 * @param version pinned Delta version, or -1 when the source has no versions
 * @param sql what stands after FROM in a query that reads the same rows
 * @param typed reads the same rows with other types, for text files, whose types are only inferred; null for others
 * @param cells how many cells each line of its CSV files must have, to be asked of {@link #rows(StructType)}; null for
 *     other formats, and where Spark refuses or leaves out lines that have not
 * @param readBesideSpark paths of the files that Spark does not know to be read; mostly none
 */
public record Source(
        String name,
        SourceFormat format,
        Dataset<Row> rows,
        long version,
        String sql,
        Function<StructType, Dataset<Row>> typed,
        CsvCells cells,
        List<String> readBesideSpark) {

    /** Rows whose types are their own. */
    public Source(String name, SourceFormat format, Dataset<Row> rows, long version, String sql) {
        this(name, format, rows, version, sql, null, null, List.of());
    }

    /** Whether the types of the columns are only what the values look like, as in CSV and JSON. */
    public boolean isInferred() {
        return typed != null;
    }

    /**
     * The same rows read with these types; the schema has the columns of {@link #rows}, and may have {@link CsvCells#COLUMN}
     * where there are {@link #cells}. Empty unless the types are inferred.
     */
    public Optional<Dataset<Row>> rows(StructType schema) {
        return Optional.ofNullable(typed).map(t -> t.apply(schema));
    }
}
