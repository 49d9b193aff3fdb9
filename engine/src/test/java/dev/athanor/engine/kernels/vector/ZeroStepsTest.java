package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ZeroStepsTest {
    private static final int STEPS = 100;

    @Test
    void stepsThatAreZeroInAllRowsAreLeftOut() {
        float[] left = new float[2 * MR * STRIDE + 64];
        left[3 * STRIDE + 7] = 1;
        left[(MR - 1) * STRIDE + 41] = Float.NaN;
        left[40] = -0f;
        Arrays.fill(left, STRIDE + 96, STRIDE + STEPS, 5);
        ZeroSteps zeros = new ZeroSteps();
        zeros.pack(left, 2 * MR, STEPS);
        int count = zeros.count(0);
        int[] kept = Arrays.copyOf(zeros.steps(), count);
        // the last steps, too few for a vector, are kept whatever they hold
        assertThat(kept).startsWith(7, 41).contains(96, 97, 98, 99).isSorted();
        assertThat(count).isLessThan(STEPS / 4);
        assertThat(left[3 * STRIDE]).isEqualTo(1);
        assertThat(left[(MR - 1) * STRIDE + 1]).isNaN();
        assertThat(left[STRIDE + count - 1]).isEqualTo(5);
        assertThat(zeros.count(1)).isLessThan(STEPS / 4);
    }

    @Test
    void panelsWithoutZerosStayAsTheyAre() {
        float[] left = new float[MR * STRIDE + 64];
        for (int i = 0; i < left.length; i++) {
            left[i] = i + 1;
        }
        float[] before = left.clone();
        ZeroSteps zeros = new ZeroSteps();
        zeros.pack(left, MR, STEPS);
        assertThat(zeros.count(0)).isEqualTo(STEPS);
        assertThat(left).isEqualTo(before);
    }
}
