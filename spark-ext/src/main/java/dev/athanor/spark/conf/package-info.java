/** Configuration keys of the session: every key that starts with {@code spark.athanor.}. */
package dev.athanor.spark.conf;
