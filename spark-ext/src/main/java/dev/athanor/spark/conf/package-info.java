/**
 * Configuration keys of the session: every key that starts with {@code spark.athanor.}, and only keys that some code
 * reads.
 *
 * <p>Entry type: {@link dev.athanor.spark.conf.AthanorConf}. Depends on the engine's {@code ConfKey} only.
 */
package dev.athanor.spark.conf;
