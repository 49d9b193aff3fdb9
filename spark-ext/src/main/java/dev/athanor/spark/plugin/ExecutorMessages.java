package dev.athanor.spark.plugin;

import java.io.Serializable;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.plugin.PluginContext;

/**
 * Sends small messages from a running task to the driver, at once, beside the task's result: the progress of a training.
 *
 * <p>Delivery is at most once and in order per executor; a message is a hint for people, never the only copy of a
 * result. Works in local mode too. Thread-safe.
 */
public final class ExecutorMessages {
    // One per process because Spark makes one plugin instance per process and gives tasks no way to reach it.
    private static final AtomicReference<PluginContext> CONTEXT = new AtomicReference<>();

    private ExecutorMessages() {}

    /**
     * Sends a message to those who {@linkplain DriverMessages#listen listen} to its topic on the driver.
     *
     * @param topic for example {@code "train/" + runId}
     * @param message a record of plain values, small (well under a megabyte)
     * @return whether it was sent: false when this executor was started without the plugin
     */
    public static boolean send(String topic, Serializable message) {
        Objects.requireNonNull(topic, "topic");
        PluginContext context = CONTEXT.get();
        if (context == null) {
            return false;
        }
        try {
            context.send(new Envelope(topic, message));
            return true;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    static void open(PluginContext context) {
        CONTEXT.set(context);
    }

    static void close() {
        CONTEXT.set(null);
    }

    record Envelope(String topic, Serializable message) implements Serializable {}
}
