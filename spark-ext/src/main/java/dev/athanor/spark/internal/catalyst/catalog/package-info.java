/**
 * The warehouse folder behind Spark's session catalog: what lies in the folder is mirrored into Spark's memory before
 * each look-up, and what Spark's commands define is recorded in the folder.
 *
 * <p>Entry type: {@link dev.athanor.spark.internal.catalyst.catalog.WarehouseTables}. Layout, under the warehouse:
 *
 * <pre>
 * DATABASE/                            a database; its name is lower case: letters, digits, '_'
 * DATABASE/TABLE/_delta_log/           a table: a Delta folder needs no other entry
 * DATABASE/_catalog/NAME.json          a view, a table elsewhere, or a table of another format
 * DATABASE/_catalog/database.properties.json   comment and properties of the database
 * </pre>
 */
package dev.athanor.spark.internal.catalyst.catalog;
