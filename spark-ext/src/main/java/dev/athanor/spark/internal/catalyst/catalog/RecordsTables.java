package dev.athanor.spark.internal.catalyst.catalog;

/** A session catalog whose tables are kept in a warehouse folder. */
public interface RecordsTables {
    /** The folder's tables, for commands that work on Spark's memory alone. */
    WarehouseTables tables();
}
