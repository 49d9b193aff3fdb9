package dev.athanor.spark.plugin;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Receives on the driver what tasks send with {@link ExecutorMessages}. Thread-safe. */
public final class DriverMessages {
    private static final Logger LOG = LoggerFactory.getLogger(DriverMessages.class);

    // One per process, as the plugin that feeds it.
    private static final ConcurrentHashMap<String, List<Consumer<Serializable>>> LISTENERS = new ConcurrentHashMap<>();

    private DriverMessages() {}

    /**
     * Calls a listener for each message of a topic until the subscription is closed.
     *
     * @param listener called on a thread of Spark's: it must be quick and must not block; what it throws is logged
     * @return the subscription; closing it twice is fine
     */
    public static Subscription listen(String topic, Consumer<Serializable> listener) {
        Objects.requireNonNull(listener, "listener");
        LISTENERS.compute(topic, (key, listeners) -> {
            List<Consumer<Serializable>> all = listeners == null ? new CopyOnWriteArrayList<>() : listeners;
            all.add(listener);
            return all;
        });
        return () -> LISTENERS.computeIfPresent(topic, (key, listeners) -> {
            listeners.remove(listener);
            return listeners.isEmpty() ? null : listeners;
        });
    }

    static void deliver(Object message) {
        if (!(message instanceof ExecutorMessages.Envelope envelope)) {
            throw new IllegalArgumentException("unknown plugin message: " + message);
        }
        for (Consumer<Serializable> listener : LISTENERS.getOrDefault(envelope.topic(), List.of())) {
            try {
                listener.accept(envelope.message());
            } catch (RuntimeException e) {
                // One watcher that fails must neither silence the others nor reach the task that reports.
                LOG.warn("A listener of topic {} failed", envelope.topic(), e);
            }
        }
    }

    /** Ends a subscription when closed. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
