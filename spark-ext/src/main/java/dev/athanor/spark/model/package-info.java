/** Models on executors: one copy of the weights per process, found by digest. */
package dev.athanor.spark.model;
