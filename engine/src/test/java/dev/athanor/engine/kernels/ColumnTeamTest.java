package dev.athanor.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Several threads compute what one does, to the bit. */
class ColumnTeamTest {
    private record Weights(int rows, int columns) implements BlockWeights {
        @Override
        public BlockEncoding encoding() {
            return BlockEncoding.INT8;
        }

        @Override
        public long bytes() {
            return 34L * rows * columns / 32;
        }

        @Override
        public void read(int row, int[] numbers, float[] scales, float[] leasts) {
            Random random = new Random(row);
            for (int i = 0; i < columns; i++) {
                numbers[i] = random.nextInt(256);
            }
            for (int g = 0; g < columns / 32; g++) {
                scales[g] = (1 + random.nextInt(1000)) / 1024f; // finite halves
            }
        }
    }

    @Test
    void computesAsOneThread() throws InterruptedException {
        Kernels kernels = KernelRegistry.select("auto").kernels();
        Random random = new Random(1);
        try (ColumnTeam team = new ColumnTeam(kernels, 3)) {
            for (int columns : new int[] {64, 1000, 1024, 1280}) {
                BlockMatrix b = team.pack(new Weights(columns, 320));
                for (int rows : new int[] {1, 2}) {
                    Tensor a = random(random, rows, 320);
                    Tensor residual = random(random, rows, columns);
                    Tensor bias = random(random, 1, columns).reshape(-1);
                    for (Epilogue end : new Epilogue[] {
                        Epilogue.NONE,
                        Epilogue.bias(bias, Activation.SILU),
                        new Epilogue(bias, Activation.IDENTITY, residual)
                    }) {
                        Tensor one = Tensor.zeros(DType.FLOAT32, rows, columns);
                        Tensor several = Tensor.zeros(DType.FLOAT32, rows, columns);
                        for (int round = 0; round < 50; round++) {
                            if (round == 40) {
                                Thread.sleep(5); // the members sleep, too
                            }
                            team.matmul(a, b, several, end);
                        }
                        kernels.matmul(a, b, one, end);
                        assertThat(several.floats()).as("%d columns", columns).containsExactly(one.floats());
                    }
                }
            }
            assertThat(team.description()).endsWith(" on 3 threads");
        }
    }

    private static Tensor random(Random random, int rows, int columns) {
        Tensor tensor = Tensor.zeros(DType.FLOAT32, rows, columns);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.floats()[i] = (float) random.nextGaussian();
        }
        return tensor;
    }
}
