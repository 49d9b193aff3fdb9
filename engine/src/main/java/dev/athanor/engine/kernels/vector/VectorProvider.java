package dev.athanor.engine.kernels.vector;

import dev.athanor.engine.kernels.KernelProvider;

/** Offers {@link VectorKernels} where the Vector API's module is there and a self-test agrees with plain loops. */
public final class VectorProvider implements KernelProvider {
    private static final String MODULE = "jdk.incubator.vector";

    /** For {@link java.util.ServiceLoader}. */
    public VectorProvider() {}

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public int priority() {
        return 100;
    }

    @Override
    public Availability probe() {
        if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            return new Availability.Unavailable("the JVM runs without the module " + MODULE
                    + "; start it with --add-modules=" + MODULE + " (spark-submit does so by itself)");
        }
        return SelfTest.run();
    }
}
