/** The session catalog over the warehouse folder, and the catalog of procedures and platform tables. */
package dev.athanor.spark.catalog;
