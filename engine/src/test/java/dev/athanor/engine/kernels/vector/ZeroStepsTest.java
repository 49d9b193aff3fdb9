package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.STRIDE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ZeroStepsTest {
    private static final int STEPS = 100;
    private final ZeroSteps zeros = new ZeroSteps();

    @Test
    void stepsThatAreZeroInThreeRowsAreLeftOut() {
        float[] left = new float[2 * MR * STRIDE + LANES];
        left[7] = 1;
        left[40] = -0f;
        left[2 * STRIDE + 41] = Float.NaN;
        left[2 * STRIDE + 99] = Float.MIN_VALUE;
        left[3 * STRIDE] = 5;
        assertThat(zeros.find(left, 2 * MR, STEPS)).isTrue();
        assertThat(zeros.skips(0)).isTrue();
        assertThat(zeros.skips(1)).isTrue();
        assertThat(kept(0)).containsExactly(7, 41, 99);
        assertThat(kept(1)).containsExactly(0);
        assertThat(kept(2 * MR / SkippingTiles.ROWS - 1)).isEmpty();
    }

    @Test
    void everyNumberOfStepsIsListedWhole() {
        Random random = new Random(5);
        for (int count = LANES; count < 5 * LANES; count++) {
            float[] left = new float[MR * STRIDE + LANES];
            BitSet some = new BitSet();
            for (int p = 0; p < count; p += 1 + random.nextInt(5)) {
                left[random.nextInt(SkippingTiles.ROWS) * STRIDE + p] = -1;
                some.set(p);
            }
            assertThat(zeros.find(left, MR, count)).isTrue();
            assertThat(kept(0)).as("of %d steps", count).isEqualTo(some.stream().toArray());
        }
    }

    @Test
    void panelsThatAreFullOrNotWholeAreMultipliedAsTheyAre() {
        float[] left = new float[2 * MR * STRIDE + LANES];
        Arrays.fill(left, 0, MR * STRIDE, 3);
        assertThat(zeros.find(left, 2 * MR - 1, STEPS)).isFalse();
        assertThat(zeros.skips(0)).isFalse();
        assertThat(zeros.skips(1)).isFalse();
        left[7] = left[STRIDE + 7] = left[2 * STRIDE + 7] = 0;
        assertThat(zeros.find(left, MR, STEPS)).as("one step of many").isFalse();
    }

    private int[] kept(int group) {
        return Arrays.copyOfRange(zeros.steps(), zeros.from(group), zeros.to(group));
    }
}
