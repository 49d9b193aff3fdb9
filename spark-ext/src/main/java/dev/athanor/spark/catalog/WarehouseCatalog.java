package dev.athanor.spark.catalog;

import dev.athanor.spark.internal.catalyst.catalog.WarehouseSessionCatalog;

/**
 * Delta's session catalog with the warehouse folder as its memory: {@code db.table} is the Delta folder
 * {@code WAREHOUSE/db/table}, seen by every process at once, with no server.
 *
 * <p>Tables of the database {@code default} lie in {@code WAREHOUSE/default}. Views, tables with a {@code LOCATION} and
 * tables of other formats have a small JSON file beside the tables. Dropping a table removes its files if they lie under
 * its name in the warehouse. Names that could leave the folder are refused.
 *
 * <p>The plugin sets it as {@code spark.sql.catalog.spark_catalog} unless the user configured another session catalog or
 * a Hive metastore.
 */
public final class WarehouseCatalog extends WarehouseSessionCatalog {
    /** Called by Spark. */
    public WarehouseCatalog() {}
}
