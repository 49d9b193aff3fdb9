package dev.athanor.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class ClassProbabilitiesTest {
    private static final Kernels KERNELS = KernelRegistry.select("scalar").kernels();

    private static float[] of(double temperature, double smoothing, float... logits) {
        float[] values = new float[logits.length + 2];
        System.arraycopy(logits, 0, values, 1, logits.length);
        values[0] = values[logits.length + 1] = 7;
        ClassProbabilities.calibrate(
                KERNELS, Tensor.of(values, 1, new int[] {logits.length / 3, 3}), temperature, smoothing);
        assertThat(values[0]).as("what lies before").isEqualTo(7);
        assertThat(values[logits.length + 1]).as("what lies behind").isEqualTo(7);
        return java.util.Arrays.copyOfRange(values, 1, logits.length + 1);
    }

    @Test
    void softmaxOfScaledLogitsWithAShareForAll() {
        float third = 1 / 3f;
        assertThat(of(1, 0.3, 0, 100, 0, 5, 5, 5))
                .containsExactly(new float[] {0.1f, 0.8f, 0.1f, third, third, third}, within(1e-6f));
        float e = (float) Math.exp(1);
        assertThat(of(2, 0, 2, 0, 0))
                .containsExactly(new float[] {e / (e + 2), 1 / (e + 2), 1 / (e + 2)}, within(1e-6f));
    }

    @Test
    void noRowsAreNoProblem() {
        assertThat(of(1, 0.1)).isEmpty();
    }
}
