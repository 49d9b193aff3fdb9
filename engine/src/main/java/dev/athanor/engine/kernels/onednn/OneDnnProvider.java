package dev.athanor.engine.kernels.onednn;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelProvider;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.LowPrecisionRows;

/**
 * Offers {@link OneDnnKernels} where oneDNN's libraries are there and the processor computes in 8 bits.
 *
 * <p>Asked for by name or by a model of low precision, never by {@code auto}: products of FLOAT32 gain nothing from it.
 */
public final class OneDnnProvider implements KernelProvider {
    private static final String REMEDY =
            "; add org.bytedeco:dnnl:3.11-1.5.13, javacpp:1.5.13 and opencl:3.0-1.5.13 to the"
                    + " class path, each with its natives (classifier linux-x86_64)";

    /** For {@link java.util.ServiceLoader}. */
    public OneDnnProvider() {}

    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public int priority() {
        return 50;
    }

    @Override
    public Availability probe() {
        Kernels vector;
        try {
            vector = KernelRegistry.select("vector").kernels();
        } catch (AthanorException e) {
            return new Availability.Unavailable("it needs the vector kernels: " + e.reason());
        }
        if (!(vector instanceof LowPrecisionRows rows)) {
            return new Availability.Unavailable("the vector kernels do not round rows");
        }
        try {
            return SelfTest.run(new OneDnnKernels(vector, rows, OneDnn.open()));
        } catch (NoClassDefFoundError e) {
            return new Availability.Unavailable("the class " + e.getMessage() + " is missing" + REMEDY);
        } catch (LinkageError e) {
            return new Availability.Unavailable("its libraries do not load (" + e.getMessage() + ")" + REMEDY);
        } catch (OneDnn.Failure e) {
            return new Availability.Unavailable(e.getMessage());
        }
    }
}
