package dev.athanor.engine.kernels.vector;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockWeights;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What the layout has no room for is refused, not rounded. */
class BlockPanelsTest {
    private final Kernels kernels = KernelRegistry.select("vector").kernels();

    /** Two rows whose numbers, scales and least values are all the same. */
    private record Same(BlockEncoding encoding, int columns, int number, float scale) implements BlockWeights {
        @Override
        public int rows() {
            return 2;
        }

        @Override
        public long bytes() {
            return 2L * columns;
        }

        @Override
        public void read(int row, int[] numbers, float[] scales, float[] leasts) {
            Arrays.fill(numbers, 0, columns, number);
            Arrays.fill(scales, 0, encoding.groups(columns), scale);
            Arrays.fill(leasts, 0, encoding.groups(columns), scale);
        }
    }

    private void refused(BlockWeights weights, String reason) {
        assertThatThrownBy(() -> kernels.pack(weights))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void scalesOfMoreBitsThanTheEncodingHas() {
        kernels.pack(new Same(BlockEncoding.INT5, 32, 3, 1 + 0x1p-13f));
        refused(new Same(BlockEncoding.INT5, 32, 3, 1 + 0x1p-14f), "the scale or least value 1.000061 of a group has");
        kernels.pack(new Same(BlockEncoding.UINT5, 32, 3, 1 + 0x1p-18f));
        refused(new Same(BlockEncoding.UINT5, 32, 3, 1 + 0x1p-19f), "more significant bits than those of UINT5 have");
        kernels.pack(new Same(BlockEncoding.INT6, 32, 3, 1 + 0x1p-17f));
        refused(new Same(BlockEncoding.INT6, 32, 3, 1 + 0x1p-18f), "more significant bits than those of INT6 have");
    }

    @Test
    void scalesThatAreNoHalves() {
        for (float half : new float[] {0, -0f, 0x1p-24f, -0x1.8p-15f, 0x1p-14f, 1 + 0x1p-10f, -65504}) {
            kernels.pack(new Same(BlockEncoding.INT8, 32, 3, half));
        }
        for (float other : new float[] {
            0x1p-25f, 0x1.8p-24f, 1 + 0x1p-11f, 65536, Float.NEGATIVE_INFINITY, Float.NaN, Float.MAX_VALUE
        }) {
            refused(new Same(BlockEncoding.INT8, 32, 3, other), "the scale " + other + " of a group is no finite half");
        }
    }

    @Test
    void halvesThatAreNotFiniteAndGroupsThatAreNotWhole() {
        refused(new Same(BlockEncoding.FLOAT16, 7, 0x7c00, 0), "row 0: one is not finite");
        refused(new Same(BlockEncoding.INT4, 33, 1, 1), "(2,33): rows of INT4 are whole groups of 32");
    }
}
