package dev.athanor.engine.nn;

import dev.athanor.engine.kernels.Kernels;

/** A network ready to run: weights packed once, shared by every thread. Immutable. */
public final class PreparedNetwork implements RowModel {
    private final NetworkSpec spec;
    private final InferencePlan plan;
    private final Kernels kernels;

    PreparedNetwork(NetworkSpec spec, InferencePlan plan, Kernels kernels) {
        this.spec = spec;
        this.plan = plan;
        this.kernels = kernels;
    }

    public NetworkSpec spec() {
        return spec;
    }

    /** The kernels it was packed for and runs with. */
    @Override
    public Kernels kernels() {
        return kernels;
    }

    /** Bytes of packed weights. */
    @Override
    public long bytes() {
        return plan.bytes();
    }

    /** Memory of one thread to run batches of up to {@code capacity} rows. */
    @Override
    public ForwardPass pass(int capacity) {
        return new ForwardPass(spec, plan, kernels, capacity);
    }
}
