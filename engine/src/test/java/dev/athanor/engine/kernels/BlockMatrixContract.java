package dev.athanor.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.kernels.Operands.Pair;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every provider does with weights that stay encoded: the products of the decoded ones, for any number of rows. */
public abstract class BlockMatrixContract {
    private static final int[] HEIGHTS = {0, 1, 2, 3, 7, 8, 9, 64, 130};

    /** The provider under test. */
    protected abstract Kernels kernels();

    private static Operands operands() {
        return new Operands(Long.getLong("athanor.test.seed", 20261124L));
    }

    @Test
    void multipliesEncodedWeights() {
        Operands o = operands();
        for (BlockEncoding encoding : BlockEncoding.values()) {
            for (int k : new int[] {0, 1, 2, 3, 25, 70}) { // groups of 32
                for (int n : new int[] {0, 1, 7, 16, 17, 33, 64, 207}) {
                    int columns = encoding.group() == 0 ? Math.max(0, k * 32 - 5) : k * encoding.group();
                    RandomWeights weights = new RandomWeights(encoding, n, columns, o.random());
                    for (int m : HEIGHTS) {
                        if ((long) m * n * columns < 3_000_000) {
                            product(o, m, weights);
                        }
                    }
                }
            }
        }
    }

    private void product(Operands o, int m, RandomWeights weights) {
        int k = weights.columns();
        int n = weights.rows();
        o.about(weights.encoding() + " product " + m + "x" + k + "x" + n);
        Pair a = o.input(m, k + 3).map(t -> t.slice(1, 1, k + 1));
        Pair c = o.result(m, n);
        Pair bias = o.input(n);
        Pair residual = o.input(m, n);
        Activation f = o.random().nextBoolean() ? Activation.RELU : Activation.IDENTITY;
        boolean plain = o.random().nextInt(3) == 0;
        Epilogue fast = plain ? Epilogue.NONE : new Epilogue(bias.fast(), f, residual.fast());
        Epilogue slow = plain ? Epilogue.NONE : new Epilogue(bias.exact(), f, residual.exact());
        BlockMatrix packed = kernels().pack(weights);
        assertThat(packed.rows()).isEqualTo(k);
        assertThat(packed.columns()).isEqualTo(n);
        assertThat(packed.encoding()).isEqualTo(weights.encoding());
        kernels().matmul(a.fast(), packed, c.fast(), fast);
        new ScalarKernels().matmul(a.exact(), ScalarMatrix.pack(weights.decoded()), c.exact(), slow);
        // numbers below zero are summed from their zero on, whose magnitude is that of the largest
        o.assertClose(c, 64 + 4 * k);
    }

    @Test
    void slicesOfColumnsAreTheirPartOfTheProduct() {
        Operands o = operands();
        int k = 96;
        int n = 300;
        for (BlockEncoding encoding : BlockEncoding.values()) {
            BlockMatrix whole = kernels().pack(new RandomWeights(encoding, n, k, o.random()));
            for (int m : new int[] {1, 2, 5, 30}) {
                Tensor a = o.input(m, k).fast();
                Tensor all = Tensor.zeros(DType.FLOAT32, m, n);
                kernels().matmul(a, whole, all, Epilogue.NONE);
                for (int[] part : new int[][] {{0, 300}, {0, 64}, {64, 300}, {128, 129}, {256, 300}, {192, 192}}) {
                    BlockMatrix slice = whole.columns(part[0], part[1]);
                    int width = part[1] - part[0];
                    assertThat(slice.rows()).isEqualTo(k);
                    assertThat(slice.columns()).isEqualTo(width);
                    Tensor some = Tensor.zeros(DType.FLOAT32, m, width);
                    kernels().matmul(a, slice, some, Epilogue.NONE);
                    for (int i = 0; i < m; i++) {
                        for (int j = 0; j < width; j++) {
                            double expected = all.get(i, part[0] + j);
                            assertThat(some.get(i, j)) // a tile of another width may sum in another order
                                    .as("%s, row %d, column %d of %d..%d", encoding, i, j, part[0], part[1])
                                    .isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
                        }
                    }
                }
            }
            BlockMatrix last = whole.columns(64, 300).columns(128, 200);
            assertThat(last.columns()).isEqualTo(72);
            Tensor one = o.input(1, k).fast();
            Tensor all = Tensor.zeros(DType.FLOAT32, 1, n);
            Tensor some = Tensor.zeros(DType.FLOAT32, 1, 72);
            kernels().matmul(one, whole, all, Epilogue.NONE);
            kernels().matmul(one, last, some, Epilogue.NONE);
            assertThat(some.floats()).containsExactly(Arrays.copyOfRange(all.floats(), 192, 264));
            assertThatThrownBy(() -> whole.columns(32, 64)).hasMessageContaining("not a multiple of 64");
            assertThatThrownBy(() -> whole.columns(64, 301)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void encodedWeightsKeepWhatIsNotFiniteToItsRow() {
        int k = 64;
        int n = 40;
        Random random = new Random(5);
        for (BlockEncoding encoding : BlockEncoding.values()) {
            BlockMatrix packed = kernels().pack(new RandomWeights(encoding, n, k, random));
            for (int m : new int[] {1, 2, 3, 14}) {
                for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    Tensor a = Tensor.zeros(DType.FLOAT32, m, k);
                    Tensor c = Tensor.zeros(DType.FLOAT32, m, n);
                    Arrays.fill(a.floats(), 0.5f);
                    a.floats()[m / 2 * k + k - 1] = bad;
                    kernels().matmul(a, packed, c, Epilogue.NONE);
                    for (int i = 0; i < c.size(); i++) {
                        assertThat(Float.isFinite(c.floats()[i]))
                                .as("%s, %d rows, %s, element %d", encoding, m, bad, i)
                                .isEqualTo(i / n != m / 2);
                    }
                }
            }
        }
    }

    @Test
    void encodedWeightsTakeLittleMemory() {
        for (BlockEncoding encoding : BlockEncoding.values()) {
            BlockMatrix packed = kernels().pack(new RandomWeights(encoding, 256, 256, new Random(1)));
            long numbers = 256L * 256 * encoding.bits() / 8;
            long scales = 256L * encoding.groups(256) * (encoding.hasLeast() ? 8 : 4);
            assertThat(packed.bytes()).as("%s", encoding).isBetween(numbers, (numbers + scales) * 11 / 10);
        }
    }
}
