/** The Spark plugin that one setting switches on, its driver and executor halves. */
package dev.athanor.spark.plugin;
