/**
 * Readers of data sets a user already has: files, folders and tables, each as a {@code Dataset<Row>}.
 *
 * <p>Entry types: {@link dev.athanor.connectors.source.DataSource} and
 * {@link dev.athanor.connectors.source.SourceSpec}. Depends on {@code engine} and Spark's public API.
 */
package dev.athanor.connectors.source;
