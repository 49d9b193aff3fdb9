/**
 * The session catalog over the warehouse folder, and the catalog of procedures and platform tables.
 *
 * <p>Entry types: {@link dev.athanor.spark.catalog.WarehouseCatalog} ({@code spark_catalog}) and
 * {@link dev.athanor.spark.catalog.AthanorCatalog} ({@code athanor}). Both are made by Spark from the settings of the
 * plugin. Spark's internal types stay behind {@code internal.catalyst}.
 */
package dev.athanor.spark.catalog;
