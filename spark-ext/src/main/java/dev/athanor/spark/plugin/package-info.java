/**
 * The Spark plugin that one setting switches on, {@code spark.plugins=dev.athanor.spark.plugin.AthanorPlugin}: its driver
 * half configures the session to come, its executor half carries messages of running tasks to the driver.
 *
 * <p>Entry types: {@link dev.athanor.spark.plugin.AthanorPlugin}, {@link dev.athanor.spark.plugin.ExecutorMessages},
 * {@link dev.athanor.spark.plugin.DriverMessages}.
 */
package dev.athanor.spark.plugin;
