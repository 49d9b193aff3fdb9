/** SQL functions, one class each. Depends on {@code engine} and Spark's public Java API. */
package dev.athanor.udfs;
