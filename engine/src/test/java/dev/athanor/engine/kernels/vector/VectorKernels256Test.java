package dev.athanor.engine.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.KernelsContract;
import org.junit.jupiter.api.Test;

/** The contract in vectors of 256 bits, which run on any processor: where it has none so wide, slowly. */
class VectorKernels256Test extends KernelsContract {
    private static final Kernels KERNELS = IsolatedKernels.ofBits(256);

    @Override
    protected Kernels kernels() {
        return KERNELS;
    }

    @Test
    void saysItsWidth() {
        assertThat(KERNELS.description()).isEqualTo("vector (256 bit)");
    }
}
