package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.MR;
import static dev.athanor.engine.kernels.vector.Lanes.NR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * Steps at which all rows of a tile are zero are not multiplied: weights made NaN there after they were packed, when
 * nobody looks for such any more, do not reach the result.
 */
class SkippedStepsTest {
    private static final int STEPS = 100;
    private static final int COLUMNS = 4 * NR;

    private final Tensor rows = Tensor.zeros(DType.FLOAT32, 2 * MR, STEPS);
    private final Tensor weights = Tensor.zeros(DType.FLOAT32, STEPS, COLUMNS);

    SkippedStepsTest() {
        for (int r = 0; r < 2 * MR; r++) {
            Arrays.fill(rows.floats(), r * STEPS + STEPS / 2, (r + 1) * STEPS, r + 1);
        }
        Arrays.fill(weights.floats(), 1);
    }

    @Test
    void zeroStepsAreNotRead() {
        float[] result = product(packedWithNaN(0));
        for (int i = 0; i < result.length; i++) {
            assertThat(result[i])
                    .as("row %d, column %d", i / COLUMNS, i % COLUMNS)
                    .isEqualTo(sum(i / COLUMNS));
        }
    }

    @Test
    void allOthersAre() {
        for (float value : product(packedWithNaN(STEPS / 2))) {
            assertThat(value).isNaN();
        }
    }

    @Test
    void weightsThatAreNotFiniteAreReadThroughout() {
        weights.floats()[0] = Float.POSITIVE_INFINITY;
        float[] result = product(new PackedPanels(weights));
        for (int r = 0; r < 2 * MR; r++) {
            assertThat(result[r * COLUMNS]).as("row %d", r).isNaN();
            assertThat(result[r * COLUMNS + 1]).as("row %d", r).isEqualTo(sum(r));
        }
    }

    private PackedPanels packedWithNaN(int step) {
        PackedPanels packed = new PackedPanels(weights);
        for (int j = 0; j < COLUMNS; j += NR) {
            int at = packed.at(0, STEPS, j) + step * NR;
            Arrays.fill(packed.data(), at, at + NR, Float.NaN);
        }
        return packed;
    }

    private float[] product(PackedPanels packed) {
        Tensor out = Tensor.zeros(DType.FLOAT32, 2 * MR, COLUMNS);
        new VectorKernels().matmul(rows, packed, out, Epilogue.NONE);
        return out.floats();
    }

    private static float sum(int row) {
        return (row + 1) * STEPS / 2f;
    }
}
