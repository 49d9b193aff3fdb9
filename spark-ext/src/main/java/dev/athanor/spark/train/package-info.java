/** Training from a Dataset: the profile pass, the feed, and the trainer task. */
package dev.athanor.spark.train;
