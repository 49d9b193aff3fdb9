package dev.athanor.engine.kernels;

/**
 * Offers an implementation of {@link Kernels}; found with {@link java.util.ServiceLoader}.
 *
 * <p>A provider's class must load, and {@link #probe()} must answer, on any JVM: what may be missing (a module, a
 * native library, a device) is touched only inside {@code probe}.
 */
public interface KernelProvider {
    /** Name used in configuration: {@code vector}. */
    String name();

    /** Higher is preferred when the configuration says {@code auto}. */
    int priority();

    /** Tries the provider, self-test included. */
    Availability probe();

    /** Outcome of a probe. */
    sealed interface Availability {
        /** The provider works. */
        record Available(Kernels kernels) implements Availability {}

        /** The provider does not work here, and why, with the cure where there is one. */
        record Unavailable(String reason) implements Availability {}
    }
}
