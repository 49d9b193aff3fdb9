package dev.athanor.connectors.source;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Rows ready to be read, as often as needed: where a Delta table changes meanwhile, every pass sees one version.
 *
 * @param name path or table as the user wrote it
 * @param format what it was read as
 * @param rows the rows, lazily
 * @param version pinned Delta version, or -1 when the source has no versions
 */
public record Source(String name, SourceFormat format, Dataset<Row> rows, long version) {}
