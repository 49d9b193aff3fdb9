package dev.athanor.engine.kernels;

/** Offers {@link ScalarKernels}, which works everywhere and is chosen only when nothing else does. */
public final class ScalarProvider implements KernelProvider {
    /** For {@link java.util.ServiceLoader}. */
    public ScalarProvider() {}

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public int priority() {
        return 0;
    }

    @Override
    public Availability probe() {
        return new Availability.Available(new ScalarKernels());
    }
}
