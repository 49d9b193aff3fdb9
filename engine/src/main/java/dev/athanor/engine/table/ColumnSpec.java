package dev.athanor.engine.table;

import java.io.Serializable;
import java.util.Objects;

/**
 * One feature column of a model's input signature.
 *
 * @param name column name, as in the table
 * @param kind what its values are
 * @param sqlType the SQL type it was trained with, as DDL ({@code array<float>}): a change since training is an error
 */
public record ColumnSpec(String name, ColumnKind kind, String sqlType) implements Serializable {
    public ColumnSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(sqlType, "sqlType");
    }
}
