package dev.athanor.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.kernels.Operands.Pair;
import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/**
 * What every provider of {@link Kernels} must fulfil: on FLOAT32 operands it equals {@link ScalarKernels} on their
 * FLOAT64 twins, within a tolerance that scales with length, at awkward sizes, strides and values.
 *
 * <p>Subclasses give the provider. The seed is in every failure's message; {@code -Dathanor.test.seed=N} sets it.
 */
public abstract class KernelsContract extends BlockMatrixContract {
    private static final int[] LENGTHS = {0, 1, 3, 7, 13, 31, 207, 4098};
    private static final int[] SIZES = {0, 1, 3, 7, 13, 31, 66, 207};
    private static final Activation[] ACTIVATIONS = Activation.values();

    private final Kernels exact = new ScalarKernels();

    private static Operands operands() {
        return new Operands(Long.getLong("athanor.test.seed", 20261123L));
    }

    @Test
    void multipliesMatricesOfAllSizesAndLayouts() {
        Operands o = operands();
        for (int m : SIZES) {
            for (int k : SIZES) {
                for (int n : SIZES) {
                    if ((long) m * k * n > 2_000_000 && o.random().nextInt(4) > 0) {
                        continue; // the specification takes its time
                    }
                    product(o, m, k, n);
                }
            }
        }
    }

    @Test
    void multipliesAcrossCacheBlocks() {
        Operands o = operands();
        product(o, 5, 4098, 3);
        product(o, 4098, 3, 5);
        product(o, 2, 3, 4098);
        product(o, 401, 300, 70);
        product(o, 64, 784, 10);
        product(o, 12, 515, 33);
        product(o, 13, 1700, 70);
        product(o, 250, 800, 40);
        product(o, 135, 20, 1100);
    }

    private void product(Operands o, int m, int k, int n) {
        o.about("matmul " + m + "x" + k + "x" + n);
        Pair a = o.matrix(m, k);
        Pair b = o.matrix(k, n);
        Pair c = o.result(m, n);
        double ulps = 16 + 2 * k;
        kernels().matmul(a.fast(), b.fast(), c.fast(), true, Epilogue.NONE);
        exact.matmul(a.exact(), b.exact(), c.exact(), true, Epilogue.NONE);
        o.assertClose(c, ulps);
        Pair bias = o.input(n);
        Pair residual = o.input(m, n);
        Activation f = ACTIVATIONS[o.random().nextInt(ACTIVATIONS.length)];
        boolean plain = o.random().nextInt(3) == 0;
        Epilogue fast = plain ? Epilogue.NONE : new Epilogue(bias.fast(), f, residual.fast());
        Epilogue slow = plain ? Epilogue.NONE : new Epilogue(bias.exact(), f, residual.exact());
        o.about("matmul " + m + "x" + k + "x" + n + " with " + fast);
        kernels().matmul(a.fast(), b.fast(), c.fast(), false, fast);
        exact.matmul(a.exact(), b.exact(), c.exact(), false, slow);
        o.assertClose(c, ulps);
        Pair rows = o.input(m, k + 3).map(t -> t.slice(1, 1, k + 1));
        PackedMatrix packed = kernels().pack(b.fast());
        assertThat(packed.rows()).isEqualTo(k);
        assertThat(packed.columns()).isEqualTo(n);
        o.about("packed matmul " + m + "x" + k + "x" + n + " with " + slow);
        kernels().matmul(rows.fast(), packed, c.fast(), fast);
        exact.matmul(rows.exact(), exact.pack(b.exact()), c.exact(), slow);
        o.assertClose(c, ulps);
    }

    @Test
    void multipliesLeftOperandsThatAreMostlyZero() {
        Operands o = operands();
        for (int n : new int[] {1, 64, 127, 128, 129, 192, 256, 300}) {
            for (int m : new int[] {1, 5, 12, 13, 120, 131}) {
                o.about("mostly zero matmul " + m + "x900x" + n);
                Pair a = withZeroColumns(o, m, 900);
                Pair b = o.matrix(900, n);
                Pair c = o.result(m, n);
                Pair bias = o.input(n);
                kernels()
                        .matmul(
                                a.fast(),
                                kernels().pack(b.fast()),
                                c.fast(),
                                Epilogue.bias(bias.fast(), Activation.RELU));
                exact.matmul(a.exact(), exact.pack(b.exact()), c.exact(), Epilogue.bias(bias.exact(), Activation.RELU));
                o.assertClose(c, 2000);
            }
        }
    }

    @Test
    void multipliesInLowPrecision() {
        Operands o = operands();
        for (Precision precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
            for (int m : new int[] {0, 1, 3, 9, 66}) {
                for (int k : new int[] {0, 1, 7, 64, 130, 1537}) {
                    for (int n : new int[] {0, 1, 7, 16, 33, 207}) {
                        lowPrecision(o, precision, m, k, n);
                    }
                }
            }
            lowPrecision(o, precision, 250, 384, 96);
        }
    }

    /** Weights are rounded as specified; rows may be, by at most half a step each. */
    private void lowPrecision(Operands o, Precision precision, int m, int k, int n) {
        Pair a = o.input(m, k + 3).map(t -> t.slice(1, 1, k + 1));
        Pair b = o.matrix(k, n);
        Pair c = o.result(m, n);
        Pair bias = o.input(n);
        Pair residual = o.input(m, n);
        Activation f = o.random().nextBoolean() ? Activation.RELU : Activation.IDENTITY;
        PackedMatrix packed = kernels().pack(b.fast(), precision);
        assertThat(packed.precision()).isEqualTo(precision);
        assertThat(packed.rows()).isEqualTo(k);
        assertThat(packed.columns()).isEqualTo(n);
        kernels().matmul(a.fast(), packed, c.fast(), new Epilogue(bias.fast(), f, residual.fast()));
        Int8Matrix whole = Int8Matrix.of(b.fast());
        for (int i = 0; i < m; i++) {
            double step = step(a.exact(), i);
            for (int j = 0; j < n; j++) {
                double sum = bias.exact().get(j) + residual.exact().get(i, j);
                double slack = 0;
                double size = 1;
                for (int p = 0; p < k; p++) {
                    double x = a.exact().get(i, p);
                    double w = precision == Precision.INT8
                            ? (double) whole.value(p, j) * whole.scale(j)
                            : Bfloat16.round((float) b.exact().get(p, j));
                    assertThat(Math.abs(w - b.exact().get(p, j)))
                            .isLessThanOrEqualTo(
                                    precision == Precision.INT8
                                            ? 0.5001 * whole.scale(j)
                                            : Math.abs(b.exact().get(p, j)) / 256);
                    sum += x * w;
                    size += Math.abs(x * w);
                    slack += Math.abs(w) * (precision == Precision.INT8 ? 0.5001 * step : Math.abs(x) / 256);
                }
                double expected = ScalarElementwise.value(f, sum);
                double allowed = slack + (16 + 2 * k) * Math.ulp(1f) * size;
                assertThat(Math.abs(c.fast().get(i, j) - expected))
                        .as("%s product %dx%dx%d, element (%d,%d)", precision, m, k, n, i, j)
                        .isLessThanOrEqualTo(allowed);
            }
        }
        o.assertGuards(c.fast());
    }

    private static double step(Tensor a, int row) {
        double low = 0;
        double high = 0;
        for (int p = 0; p < a.dim(1); p++) {
            low = Math.min(low, a.get(row, p));
            high = Math.max(high, a.get(row, p));
        }
        return (high - low) / 254;
    }

    @Test
    void lowPrecisionTakesLessMemory() {
        Pair b = operands().input(256, 256);
        long whole = 256 * 256;
        assertThat(kernels().pack(b.fast(), Precision.INT8).bytes()).isBetween(whole, whole * 11 / 10);
        assertThat(kernels().pack(b.fast(), Precision.BFLOAT16).bytes()).isBetween(2 * whole, whole * 22 / 10);
    }

    @Test
    void lowPrecisionKeepsWhatIsNotFiniteToItsRowAndColumn() {
        int k = 150;
        int n = 40;
        for (Precision precision : new Precision[] {Precision.BFLOAT16, Precision.INT8}) {
            for (float bad : new float[] {Float.NaN, Float.intBitsToFloat(0x7fffffff), Float.NEGATIVE_INFINITY}) {
                Tensor a = Tensor.zeros(DType.FLOAT32, 14, k);
                Tensor b = Tensor.zeros(DType.FLOAT32, k, n);
                Tensor c = Tensor.zeros(DType.FLOAT32, 14, n);
                Arrays.fill(a.floats(), 0.5f);
                Arrays.fill(b.floats(), 0.5f);
                a.floats()[k * 2 + k - 1] = bad;
                a.floats()[k * 5 + 3] = bad;
                b.floats()[n * 7 + 33] = bad;
                kernels().matmul(a, kernels().pack(b, precision), c, Epilogue.NONE);
                for (int i = 0; i < c.size(); i++) {
                    boolean meets = i / n == 2 || i / n == 5 || i % n == 33;
                    assertThat(Float.isFinite(c.floats()[i]))
                            .as("%s, %s, element %d", precision, bad, i)
                            .isNotEqualTo(meets);
                }
            }
        }
    }

    @Test
    void zeroTimesInfinityIsNotLeftOut() {
        Tensor a = Tensor.zeros(DType.FLOAT32, 24, 200);
        Tensor b = Tensor.zeros(DType.FLOAT32, 200, 128);
        Tensor c = Tensor.zeros(DType.FLOAT32, 24, 128);
        b.floats()[7 * 128 + 3] = Float.POSITIVE_INFINITY;
        b.floats()[9 * 128 + 100] = Float.NaN;
        kernels().matmul(a, kernels().pack(b), c, Epilogue.NONE);
        for (int i = 0; i < c.size(); i++) {
            boolean meets = i % 128 == 3 || i % 128 == 100;
            assertThat(Float.isNaN(c.floats()[i])).as("element %s", i).isEqualTo(meets);
        }
    }

    /** Rows whose first and last thirds are zero but for a few elements, with negative zeros among them; some are full. */
    private static Pair withZeroColumns(Operands o, int m, int k) {
        return o.input(m, k).map(t -> {
            for (int row = 0; row < m; row++) {
                for (int p = 0; p < k; p++) {
                    boolean middle = p >= k / 3 && p < 2 * k / 3 && p % 5 != 0;
                    boolean full = row / 12 % 4 == 2;
                    boolean some = full || (row * 31 + p * 17) % 97 == 0;
                    if (!middle && !some) {
                        set(t, row * k + p, p % 3 == 0 ? -0.0 : 0.0);
                    }
                }
            }
            return t;
        });
    }

    private static void set(Tensor t, int i, double value) {
        if (t.dtype() == DType.FLOAT32) {
            t.floats()[t.offset() + i] = (float) value;
        } else {
            t.doubles()[t.offset() + i] = value;
        }
    }

    private static final Convolution[] CONVOLUTIONS = {
        new Convolution(28, 28, 1, 5, 5, 16, 1, 2),
        new Convolution(9, 7, 3, 3, 3, 5, 1, 0),
        new Convolution(9, 7, 3, 3, 3, 33, 2, 1),
        new Convolution(5, 6, 16, 3, 2, 32, 1, 1),
        new Convolution(4, 4, 20, 1, 1, 7, 1, 0),
        new Convolution(3, 3, 2, 3, 3, 1, 1, 2),
        new Convolution(8, 8, 33, 5, 3, 10, 3, 2),
        new Convolution(12, 12, 32, 5, 5, 48, 1, 2),
    };

    @Test
    void convolvesForwardAndBackward() {
        Operands o = operands();
        for (Convolution s : CONVOLUTIONS) {
            for (int batch : new int[] {0, 1, 3}) {
                convolution(o, s, batch);
            }
        }
    }

    private void convolution(Operands o, Convolution s, int batch) {
        Pair x = o.input(batch, s.height(), s.width(), s.channels());
        Pair w = o.input(s.windowSize(), s.filters());
        Pair y = o.result(batch, s.outHeight(), s.outWidth(), s.filters());
        Pair bias = o.input(s.filters());
        double ulps = 16 + 2 * s.windowSize();
        o.about("convolve " + s);
        kernels().convolve(s, x.fast(), w.fast(), y.fast(), Epilogue.bias(bias.fast(), Activation.RELU));
        exact.convolve(s, x.exact(), w.exact(), y.exact(), Epilogue.bias(bias.exact(), Activation.RELU));
        o.assertClose(y, ulps);
        o.about("convolve packed " + s);
        kernels().convolve(s, x.fast(), kernels().pack(w.fast()), y.fast(), Epilogue.NONE);
        exact.convolve(s, x.exact(), exact.pack(w.exact()), y.exact(), Epilogue.NONE);
        o.assertClose(y, ulps);

        Pair dy = o.input(batch, s.outHeight(), s.outWidth(), s.filters());
        Pair dx = o.result(batch, s.height(), s.width(), s.channels());
        o.about("convolveBackwardInput " + s);
        kernels().convolveBackwardInput(s, dy.fast(), w.fast(), dx.fast());
        exact.convolveBackwardInput(s, dy.exact(), w.exact(), dx.exact());
        o.assertClose(dx, 16 + 2 * s.kernelHeight() * s.kernelWidth() * s.filters());
        Pair dw = o.result(s.windowSize(), s.filters());
        o.about("convolveBackwardFilter " + s);
        kernels().convolveBackwardFilter(s, x.fast(), dy.fast(), dw.fast());
        exact.convolveBackwardFilter(s, x.exact(), dy.exact(), dw.exact());
        o.assertClose(dw, 16 + 2 * batch * s.outHeight() * s.outWidth());
    }

    @Test
    void poolsMaximaAndSendsGradientsToTheFirstWinner() {
        Operands o = operands();
        Convolution[] shapes = {
            new Convolution(8, 8, 32, 2, 2, 32, 2, 0),
            new Convolution(7, 9, 20, 3, 3, 20, 2, 1),
            new Convolution(5, 5, 1, 2, 2, 1, 1, 0),
            new Convolution(2, 2, 17, 1, 1, 17, 1, 1),
        };
        for (Convolution s : shapes) {
            for (int batch : new int[] {0, 1, 3}) {
                o.about("maxPool " + s);
                Pair x = o.input(batch, s.height(), s.width(), s.channels());
                for (int i = 0; i < x.fast().size(); i++) { // few distinct values, so that there are ties
                    float v = Math.round(x.fast().floats()[x.fast().offset() + i]);
                    x.fast().floats()[x.fast().offset() + i] = v;
                    x.exact().doubles()[i] = v;
                }
                Pair y = o.result(batch, s.outHeight(), s.outWidth(), s.channels());
                Tensor winners = Tensor.zeros(DType.INT32, y.fast().shape());
                Tensor expected = Tensor.zeros(DType.INT32, y.fast().shape());
                kernels().maxPool(s, x.fast(), y.fast(), winners);
                exact.maxPool(s, x.exact(), y.exact(), expected);
                o.assertClose(y, 0);
                assertThat(winners.ints()).isEqualTo(expected.ints());
                Pair dy = o.input(y.fast().shape());
                Pair dx = o.result(x.fast().shape());
                kernels().maxPoolBackward(s, dy.fast(), winners, dx.fast());
                exact.maxPoolBackward(s, dy.exact(), winners, dx.exact());
                o.assertClose(dx, 16);
            }
        }
    }

    @Test
    void activatesForwardAndBackward() {
        Operands o = operands();
        for (int n : LENGTHS) {
            for (Activation f : ACTIVATIONS) {
                o.about(f + " of " + n);
                Pair x = o.input(n);
                Pair y = o.result(n);
                kernels().activate(f, x.fast(), y.fast());
                exact.activate(f, x.exact(), y.exact());
                o.assertClose(y, 8);
                Pair dy = o.input(n);
                Pair dx = o.result(n);
                o.about(f + " backward of " + n);
                kernels().activateBackward(f, x.fast(), y.fast(), dy.fast(), dx.fast());
                exact.activateBackward(f, x.exact(), y.exact(), dy.exact(), dx.exact());
                o.assertClose(dx, 24);
                o.about(f + " backward in place of " + n);
                Pair d = o.result(n);
                kernels().activateBackward(f, x.fast(), y.fast(), d.fast(), d.fast());
                exact.activateBackward(f, x.exact(), y.exact(), d.exact(), d.exact());
                o.assertClose(d, 24);
            }
        }
    }

    @Test
    void functionsAreAccurateOverTheirWholeRange() {
        Operands o = operands();
        int n = 40_001;
        Tensor x = Tensor.zeros(DType.FLOAT32, n);
        Tensor wide = Tensor.zeros(DType.FLOAT64, n);
        for (int i = 0; i < n; i++) {
            x.floats()[i] = (i - 20_000) * 0.005f;
            wide.doubles()[i] = x.floats()[i];
        }
        for (Activation f : ACTIVATIONS) {
            Pair y = new Pair(Tensor.zeros(DType.FLOAT32, n), Tensor.zeros(DType.FLOAT64, n));
            kernels().activate(f, x, y.fast());
            exact.activate(f, wide, y.exact());
            o.about(f + " over [-100, 100]").assertClose(y, 8);
        }
    }

    @Test
    void specialValuesComeOutAsTheyShould() {
        float[] special = {
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            0f,
            -0f,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            1e-40f
        };
        for (int n : new int[] {8, 40}) {
            float[] values = new float[n];
            for (int i = 0; i < n; i++) {
                values[i] = special[i % special.length];
            }
            Tensor x = Tensor.of(values, n);
            for (Activation f : ACTIVATIONS) {
                Tensor y = Tensor.zeros(DType.FLOAT32, n);
                kernels().activate(f, x, y);
                for (int i = 0; i < n; i++) {
                    float expected = (float) ScalarElementwise.value(f, values[i]);
                    assertThat(y.floats()[i])
                            .as("%s(%s) at %d of %d", f, values[i], i, n)
                            .satisfies(v -> assertThat(v == expected
                                            || (Float.isNaN(v) && Float.isNaN(expected))
                                            || Math.abs(v - expected) < 1e-37)
                                    .as("got %s, expected %s", v, expected)
                                    .isTrue());
                }
            }
        }
        assertThat(kernels().sumOfSquares(Tensor.of(new float[] {1, Float.NaN, 2}, 3)))
                .isNaN();
    }

    @Test
    void notANumberReachesEveryResultItTouches() {
        for (int n : new int[] {3, 16, 33, 70}) {
            Tensor a = Tensor.zeros(DType.FLOAT32, 14, n);
            Tensor b = Tensor.zeros(DType.FLOAT32, n, n);
            a.floats()[n * 2 + n - 1] = Float.NaN;
            Tensor c = Tensor.zeros(DType.FLOAT32, 14, n);
            kernels().matmul(a, b, c, false, Epilogue.NONE);
            for (int i = 0; i < 14 * n; i++) {
                assertThat(Float.isNaN(c.floats()[i]))
                        .as("element %d of 14x%d", i, n)
                        .isEqualTo(i / n == 2);
            }
            Tensor row = Tensor.zeros(DType.FLOAT32, 2, n);
            row.floats()[n - 1] = Float.NaN;
            kernels().softmax(row, row);
            assertThat(row.floats()[0]).isNaN();
            assertThat(row.floats()[n]).isEqualTo(1f / n);
        }
    }

    @Test
    void addsMultipliesAndCopiesWithAnyStrides() {
        Operands o = operands();
        for (int n : new int[] {0, 1, 3, 7, 13, 31, 207}) {
            for (int m : new int[] {0, 1, 3, 13}) {
                Pair bias = o.input(n);
                Pair column = o.input(m, 1);
                Pair[] rights = {
                    o.matrix(m, n), bias.map(t -> t.expand(m, n)), column.map(t -> t.expand(m, n)), o.input(m, n)
                };
                for (Pair right : rights) {
                    Pair left = o.matrix(m, n);
                    Pair out = o.result(m, n);
                    o.about("add " + m + "x" + n);
                    kernels().add(left.fast(), right.fast(), out.fast());
                    exact.add(left.exact(), right.exact(), out.exact());
                    o.assertClose(out, 2);
                    o.about("multiply " + m + "x" + n);
                    kernels().multiply(left.fast(), right.fast(), out.fast());
                    exact.multiply(left.exact(), right.exact(), out.exact());
                    o.assertClose(out, 2);
                    Pair wide = o.result(m, n + 4);
                    o.about("copy " + m + "x" + n);
                    kernels().copy(right.fast(), wide.fast().slice(1, 1, n + 1));
                    exact.copy(right.exact(), wide.exact().slice(1, 1, n + 1));
                    o.assertClose(wide, 0);
                }
            }
        }
        Pair cube = o.input(3, 4, 5);
        Pair out = o.result(5, 3, 4);
        o.about("add permuted");
        Pair turned = cube.map(t -> t.transpose(0, 2).transpose(1, 2));
        kernels().add(turned.fast(), turned.fast(), out.fast());
        exact.add(turned.exact(), turned.exact(), out.exact());
        o.assertClose(out, 2);
    }

    @Test
    void sumsAndScalesVectors() {
        Operands o = operands();
        for (int n : LENGTHS) {
            o.about("axpy of " + n);
            Pair x = o.input(n);
            Pair y = o.result(n);
            kernels().axpy(0.37, x.fast(), y.fast());
            exact.axpy(0.37, x.exact(), y.exact());
            o.assertClose(y, 4);
            o.about("sums of " + n);
            o.assertClose(kernels().sum(x.fast()), exact.sum(x.exact()), 8 + n * 0.1);
            o.assertClose(kernels().sumOfSquares(x.fast()), exact.sumOfSquares(x.exact()), 8 + n * 0.1);
            kernels().fill(y.fast(), 2.5);
            exact.fill(y.exact(), 2.5);
            o.assertClose(y, 0);
            for (int m : new int[] {0, 1, 5, 64}) {
                Pair rows = o.input(m, n);
                Pair sums = o.result(n);
                o.about("sumRows " + m + "x" + n);
                kernels().sumRows(rows.fast(), sums.fast());
                exact.sumRows(rows.exact(), sums.exact());
                o.assertClose(sums, 8 + 2 * m);
            }
        }
    }

    @Test
    void dropsTheSameElementsEverywhere() {
        Operands o = operands();
        for (int n : LENGTHS) {
            o.about("dropout of " + n);
            Pair x = o.input(n);
            Pair mask = o.result(n);
            Pair y = o.result(n);
            kernels().dropout(x.fast(), 0.3, 42, n, mask.fast(), y.fast());
            exact.dropout(x.exact(), 0.3, 42, n, mask.exact(), y.exact());
            o.assertClose(mask, 1);
            o.assertClose(y, 2);
        }
        Tensor x = Tensor.zeros(DType.FLOAT32, 100_000);
        Tensor mask = Tensor.zeros(DType.FLOAT32, 100_000);
        Tensor other = Tensor.zeros(DType.FLOAT32, 100_000);
        kernels().dropout(x, 0.3, 42, 7, mask, x);
        kernels().dropout(x, 0.3, 42, 8, other, x);
        int kept = 0;
        int both = 0;
        for (int i = 0; i < 100_000; i++) {
            kept += mask.floats()[i] > 0 ? 1 : 0;
            both += mask.floats()[i] > 0 && other.floats()[i] > 0 ? 1 : 0;
        }
        assertThat(kept / 1e5).isBetween(0.69, 0.71);
        assertThat(both / 1e5).as("steps draw independent masks").isBetween(0.48, 0.50);
    }

    @Test
    void normalisesRowsAndColumns() {
        Operands o = operands();
        for (int n : LENGTHS) {
            for (int m : new int[] {1, 5, 40}) {
                if (n == 0) {
                    continue;
                }
                Pair x = o.input(m, n);
                Pair y = o.result(m, n);
                o.about("softmax " + m + "x" + n);
                kernels().softmax(x.fast(), y.fast());
                exact.softmax(x.exact(), y.exact());
                o.assertClose(y, 8);
                normalisation(o, x, y, m, n, true);
                normalisation(o, x, y, m, n, false);
            }
        }
    }

    private void normalisation(Operands o, Pair x, Pair y, int m, int n, boolean layer) {
        Pair gamma = o.input(n);
        Pair beta = o.input(n);
        int statistics = layer ? m : n;
        Pair mean = o.result(statistics);
        Pair rstd = o.result(statistics);
        Pair dy = o.input(m, n);
        Pair dx = o.result(m, n);
        Pair dgamma = o.result(n);
        Pair dbeta = o.result(n);
        double epsilon = 1e-1; // so that rows of one or few elements are well conditioned
        o.about((layer ? "layerNorm " : "batchNorm ") + m + "x" + n);
        if (layer) {
            kernels().layerNorm(x.fast(), gamma.fast(), beta.fast(), epsilon, y.fast(), mean.fast(), rstd.fast());
            exact.layerNorm(x.exact(), gamma.exact(), beta.exact(), epsilon, y.exact(), mean.exact(), rstd.exact());
        } else {
            kernels().batchNorm(x.fast(), gamma.fast(), beta.fast(), epsilon, y.fast(), mean.fast(), rstd.fast());
            exact.batchNorm(x.exact(), gamma.exact(), beta.exact(), epsilon, y.exact(), mean.exact(), rstd.exact());
        }
        o.assertClose(y, 60);
        o.assertClose(mean, 16);
        o.assertClose(rstd, 60);
        if (layer) {
            kernels()
                    .layerNormBackward(
                            x.fast(),
                            gamma.fast(),
                            mean.fast(),
                            rstd.fast(),
                            dy.fast(),
                            dx.fast(),
                            dgamma.fast(),
                            dbeta.fast());
            exact.layerNormBackward(
                    x.exact(),
                    gamma.exact(),
                    mean.exact(),
                    rstd.exact(),
                    dy.exact(),
                    dx.exact(),
                    dgamma.exact(),
                    dbeta.exact());
        } else {
            kernels()
                    .batchNormBackward(
                            x.fast(),
                            gamma.fast(),
                            mean.fast(),
                            rstd.fast(),
                            dy.fast(),
                            dx.fast(),
                            dgamma.fast(),
                            dbeta.fast());
            exact.batchNormBackward(
                    x.exact(),
                    gamma.exact(),
                    mean.exact(),
                    rstd.exact(),
                    dy.exact(),
                    dx.exact(),
                    dgamma.exact(),
                    dbeta.exact());
        }
        o.about((layer ? "layerNorm" : "batchNorm") + " backward " + m + "x" + n);
        o.assertClose(dx, 200);
        o.assertClose(dgamma, 100 + 4 * m);
        o.assertClose(dbeta, 16 + 2 * m);
    }

    @Test
    void normalisesByRootMeanSquareForwardAndBackward() {
        Operands o = operands();
        for (int n : LENGTHS) {
            for (int m : n == 0 ? new int[] {0} : new int[] {0, 1, 5, 40}) {
                Pair x = o.input(m, n);
                Pair gamma = o.input(n);
                Pair y = o.result(m, n);
                Pair rstd = o.result(m);
                Pair dy = o.input(m, n);
                Pair dx = o.result(m, n);
                Pair dgamma = o.result(n);
                o.about("rmsNorm " + m + "x" + n);
                kernels().rmsNorm(x.fast(), gamma.fast(), 0.1, y.fast(), rstd.fast());
                exact.rmsNorm(x.exact(), gamma.exact(), 0.1, y.exact(), rstd.exact());
                o.assertClose(y, 60);
                o.assertClose(rstd, 16);
                kernels().rmsNormBackward(x.fast(), gamma.fast(), rstd.fast(), dy.fast(), dx.fast(), dgamma.fast());
                exact.rmsNormBackward(x.exact(), gamma.exact(), rstd.exact(), dy.exact(), dx.exact(), dgamma.exact());
                o.about("rmsNorm backward " + m + "x" + n);
                o.assertClose(dx, 200);
                o.assertClose(dgamma, 100 + 4 * m);
            }
        }
    }

    @Test
    void turnsHeadsByTheirPositionsAndBack() {
        Operands o = operands();
        for (int half : new int[] {0, 1, 3, 7, 13, 32, 64}) {
            for (int rows : new int[] {0, 1, 5}) {
                int width = 2 * half + 3;
                Pair wide = o.result(rows, 4 * width + 2);
                Pair x = wide.map(t -> t.slice(1, 1, 1 + 3 * width));
                Pair cos = o.input(9, half);
                Pair sin = o.input(9, half);
                Tensor positions = o.indices(rows, 9);
                for (boolean backward : new boolean[] {false, true}) {
                    o.about("rotary of " + rows + " rows by " + half + (backward ? " back" : ""));
                    kernels().rotary(x.fast(), 3, positions, cos.fast(), sin.fast(), backward);
                    exact.rotary(x.exact(), 3, positions, cos.exact(), sin.exact(), backward);
                    o.assertClose(wide, 32);
                }
            }
        }
    }

    /** Lengths of queries and of keys of the sequences of one call. */
    private static final int[][][] SEQUENCES = {
        {{0, 1, 3, 7, 13, 31}, {0, 1, 3, 7, 13, 31}},
        {{1, 2, 7, 0, 16}, {31, 207, 13, 5, 40}},
        {{207}, {207}},
        {{50, 1}, {450, 900}},
        {{}, {}},
    };

    @Test
    void attendsForwardAndBackward() {
        Operands o = operands();
        for (int width : new int[] {1, 7, 12, 20, 32, 64, 80, 128}) {
            for (int[][] lengths : SEQUENCES) {
                for (boolean causal : new boolean[] {false, true}) {
                    int window = new int[] {0, 1, 5, 70}[o.random().nextInt(4)];
                    int keyHeads = 1 + o.random().nextInt(2);
                    int heads = keyHeads * (1 + o.random().nextInt(3));
                    float scale = (float) (1.5 / Math.sqrt(width));
                    attention(o, new AttentionShape(heads, keyHeads, width, scale, causal, window), lengths);
                }
            }
        }
        attention(o, new AttentionShape(4, 1, 256, 0.0625f, true, 0), new int[][] {{1, 13}, {207, 30}});
        attention(o, new AttentionShape(1, 1, 800, 0.03f, true, 0), new int[][] {{3, 9}, {7, 9}});
    }

    private void attention(Operands o, AttentionShape s, int[][] lengths) {
        o.about("attention " + s + " of " + Arrays.deepToString(lengths));
        int sequences = lengths[0].length;
        Tensor queryStarts = starts(lengths[0]);
        Tensor keyStarts = starts(lengths[1]);
        int rows = queryStarts.ints()[sequences];
        int keys = keyStarts.ints()[sequences];
        int q = s.queryWidth();
        int g = s.keyWidth();
        Pair queries = o.input(rows, q + 3).map(t -> t.slice(1, 2, 2 + q));
        Pair product = o.input(keys, 2 * g + 1);
        Pair k = product.map(t -> t.slice(1, 0, g));
        Pair v = product.map(t -> t.slice(1, g, 2 * g));
        Pair wide = o.result(rows, q + 5);
        Pair y = wide.map(t -> t.slice(1, 4, 4 + q));
        Pair logSumExp = o.result(rows, s.heads());
        kernels()
                .attention(
                        s,
                        sequences,
                        queries.fast(),
                        k.fast(),
                        v.fast(),
                        queryStarts,
                        keyStarts,
                        y.fast(),
                        logSumExp.fast());
        exact.attention(
                s,
                sequences,
                queries.exact(),
                k.exact(),
                v.exact(),
                queryStarts,
                keyStarts,
                y.exact(),
                logSumExp.exact());
        o.assertClose(wide, 80);
        o.assertClose(logSumExp, 80);
        Pair again = o.result(rows, q);
        kernels()
                .attention(
                        s, sequences, queries.fast(), k.fast(), v.fast(), queryStarts, keyStarts, again.fast(), null);
        assertThat(again.fast().toFloats()).isEqualTo(y.fast().toFloats());

        o.about("attention backward " + s + " of " + Arrays.deepToString(lengths));
        Pair dy = o.input(rows, q + 1).map(t -> t.slice(1, 0, q));
        Pair wideQueries = o.result(rows, q + 2);
        Pair dq = wideQueries.map(t -> t.slice(1, 1, 1 + q));
        Pair wideKeys = o.result(keys, 2 * g + 3);
        Pair dk = wideKeys.map(t -> t.slice(1, 1, 1 + g));
        Pair dv = wideKeys.map(t -> t.slice(1, 1 + g, 1 + 2 * g));
        kernels()
                .attentionBackward(
                        s,
                        sequences,
                        queries.fast(),
                        k.fast(),
                        v.fast(),
                        queryStarts,
                        keyStarts,
                        y.fast(),
                        logSumExp.fast(),
                        dy.fast(),
                        dq.fast(),
                        dk.fast(),
                        dv.fast());
        exact.attentionBackward(
                s,
                sequences,
                queries.exact(),
                k.exact(),
                v.exact(),
                queryStarts,
                keyStarts,
                y.exact(),
                logSumExp.exact(),
                dy.exact(),
                dq.exact(),
                dk.exact(),
                dv.exact());
        o.assertClose(wideQueries, 400);
        o.assertClose(wideKeys, 400);
    }

    private static Tensor starts(int[] lengths) {
        int[] starts = new int[lengths.length + 1];
        for (int i = 0; i < lengths.length; i++) {
            starts[i + 1] = starts[i] + lengths[i];
        }
        return Tensor.of(starts, starts.length);
    }

    @Test
    void notANumberReachesOnlyWhoSeesIt() {
        for (int n : new int[] {3, 16, 40, 500}) {
            for (float poison : new float[] {Float.NaN, -Float.NaN, Float.POSITIVE_INFINITY}) {
                for (int part = 0; part < 3; part++) {
                    poisoned(n, part, poison);
                }
            }
        }
    }

    /** Row n/2 of queries, keys or values is poisoned: with causal attention over one head of two. */
    private void poisoned(int n, int part, float poison) {
        int width = 20;
        AttentionShape s = new AttentionShape(2, 2, width, 0.2f, true, 0);
        Tensor[] qkv = new Tensor[3];
        Operands o = operands();
        for (int i = 0; i < 3; i++) {
            qkv[i] = o.input(n, 2 * width).fast();
        }
        int row = n / 2;
        qkv[part].floats()[qkv[part].index(row, 0)] = poison;
        Tensor starts = Tensor.of(new int[] {0, n}, 2);
        Tensor y = Tensor.zeros(DType.FLOAT32, n, 2 * width);
        kernels().attention(s, 1, qkv[0], qkv[1], qkv[2], starts, starts, y, null);
        for (int i = 0; i < n; i++) {
            for (int d = 0; d < 2 * width; d++) {
                // a value reaches its column only; an infinite key may weigh all or nothing
                boolean sees = part == 0 ? i == row : i >= row && (part == 1 || d == 0);
                boolean certain = part != 1 || Float.isNaN(poison);
                boolean number = Float.isFinite(y.floats()[i * 2 * width + d]);
                if (!(sees && d < width)) {
                    assertThat(number)
                            .as("row %d column %d of %d, part %d", i, d, n, part)
                            .isTrue();
                } else if (certain) {
                    assertThat(number)
                            .as("row %d column %d of %d, part %d", i, d, n, part)
                            .isFalse();
                }
            }
        }
    }

    @Test
    void sumsBagsOfEmbeddings() {
        Operands o = operands();
        for (int d : new int[] {1, 3, 7, 16, 31, 64, 207}) {
            int rows = 50;
            int bags = 9;
            int[] ends = new int[bags + 1];
            for (int b = 0; b < bags; b++) {
                ends[b + 1] = ends[b] + (b % 3 == 0 ? 0 : o.random().nextInt(30));
            }
            int count = ends[bags];
            Tensor offsets = Tensor.of(ends, bags + 1);
            Tensor indices = o.indices(count, rows);
            Pair table = o.input(rows, d);
            Pair weights = o.input(count);
            Pair y = o.result(bags, d);
            o.about("embeddingBag " + d);
            kernels().embeddingBag(table.fast(), indices, weights.fast(), offsets, y.fast());
            exact.embeddingBag(table.exact(), indices, weights.exact(), offsets, y.exact());
            o.assertClose(y, 80);

            SparseRows sparse = new SparseRows(rows);
            sparse.assign(indices, count);
            Pair dy = o.input(bags, d);
            Pair gradient = o.result(sparse.count(), d);
            o.about("embeddingBagBackward " + d);
            kernels().embeddingBagBackward(sparse.slots(), weights.fast(), offsets, dy.fast(), gradient.fast());
            exact.embeddingBagBackward(sparse.slots(), weights.exact(), offsets, dy.exact(), gradient.exact());
            o.assertClose(gradient, 80);

            Pair parameter = o.result(rows, d);
            Pair first = o.result(rows, d);
            Pair second = o.positive(rows, d);
            o.about("adamWRows " + d);
            kernels()
                    .adamWRows(
                            parameter.fast(),
                            sparse,
                            gradient.fast(),
                            first.fast(),
                            second.fast(),
                            0.01,
                            0.9,
                            0.999,
                            1e-8,
                            0.1,
                            3,
                            0.5);
            exact.adamWRows(
                    parameter.exact(),
                    sparse,
                    gradient.exact(),
                    first.exact(),
                    second.exact(),
                    0.01,
                    0.9,
                    0.999,
                    1e-8,
                    0.1,
                    3,
                    0.5);
            o.assertClose(parameter, 100);
            o.assertClose(first, 100);
            o.assertClose(second, 400);
            o.about("sgdRows " + d);
            kernels().sgdRows(parameter.fast(), sparse, gradient.fast(), first.fast(), 0.1, 0.9, 0.01, 0.5);
            exact.sgdRows(parameter.exact(), sparse, gradient.exact(), first.exact(), 0.1, 0.9, 0.01, 0.5);
            o.assertClose(parameter, 200);
            o.assertClose(first, 200);
        }
    }

    @Test
    void measuresLossesAndTheirGradients() {
        Operands o = operands();
        for (int n : new int[] {1, 3, 7, 13, 31, 207}) {
            for (double smoothing : new double[] {0, 0.1}) {
                int rows = 11;
                Pair logits = o.input(rows, n);
                Pair weights = n % 3 == 0 ? new Pair(null, null) : o.positive(rows);
                Tensor labels = o.indices(rows, n);
                Pair gradient = o.result(rows, n);
                o.about("crossEntropy " + n);
                double loss =
                        kernels().crossEntropy(logits.fast(), labels, weights.fast(), smoothing, 0.25, gradient.fast());
                double expected =
                        exact.crossEntropy(logits.exact(), labels, weights.exact(), smoothing, 0.25, gradient.exact());
                o.assertClose(loss, expected, 16);
                o.assertClose(gradient, 8);
                assertThat(kernels().crossEntropy(logits.fast(), labels, weights.fast(), smoothing, 0.25, null))
                        .isEqualTo(loss);
            }
            for (ElementLoss kind : ElementLoss.values()) {
                Pair predictions = o.input(n);
                Pair targets = o.positive(n);
                Pair weights = n % 3 == 0 ? new Pair(null, null) : o.positive(n);
                Pair gradient = o.result(n);
                o.about(kind + " " + n);
                double loss = kernels()
                        .elementLoss(kind, predictions.fast(), targets.fast(), weights.fast(), 0.5, gradient.fast());
                double expected = exact.elementLoss(
                        kind, predictions.exact(), targets.exact(), weights.exact(), 0.5, gradient.exact());
                o.assertClose(loss, expected, 16);
                o.assertClose(gradient, 8);
            }
        }
    }

    @Test
    void stepsParameters() {
        Operands o = operands();
        for (int n : LENGTHS) {
            for (long step : new long[] {1, 2, 1000}) {
                Pair p = o.result(n);
                Pair g = o.input(n);
                Pair m = o.result(n);
                Pair v = o.positive(n);
                o.about("adamW " + n + " step " + step);
                kernels().adamW(p.fast(), g.fast(), m.fast(), v.fast(), 1e-3, 0.9, 0.999, 1e-8, 0.01, step, 0.7);
                exact.adamW(p.exact(), g.exact(), m.exact(), v.exact(), 1e-3, 0.9, 0.999, 1e-8, 0.01, step, 0.7);
                o.assertClose(p, 16);
                o.assertClose(m, 16);
                o.assertClose(v, 16);
                o.about("sgd " + n);
                kernels().sgd(p.fast(), g.fast(), m.fast(), 0.1, 0.9, 0.01, 0.7);
                exact.sgd(p.exact(), g.exact(), m.exact(), 0.1, 0.9, 0.01, 0.7);
                o.assertClose(p, 32);
                o.assertClose(m, 32);
            }
        }
    }

    @Test
    void servesDoublesToo() {
        Operands o = operands();
        Pair a = o.input(5, 7);
        Pair b = o.input(7, 3);
        Tensor c = Tensor.zeros(DType.FLOAT64, 5, 3);
        Tensor expected = Tensor.zeros(DType.FLOAT64, 5, 3);
        kernels().matmul(a.exact(), b.exact(), c, false, Epilogue.NONE);
        exact.matmul(a.exact(), b.exact(), expected, false, Epilogue.NONE);
        assertThat(c.doubles()).containsExactly(expected.doubles());
        Tensor packed = Tensor.zeros(DType.FLOAT64, 5, 3);
        kernels().matmul(a.exact(), kernels().pack(b.exact()), packed, Epilogue.NONE);
        assertThat(packed.doubles()).containsExactly(expected.doubles());
    }

    @Test
    void refusesOperandsThatDoNotFit() {
        Tensor a = Tensor.zeros(DType.FLOAT32, 2, 3);
        Tensor b = Tensor.zeros(DType.FLOAT32, 4, 5);
        Tensor c = Tensor.zeros(DType.FLOAT32, 2, 5);
        assertThatThrownBy(() -> kernels().matmul(a, b, c, false, Epilogue.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot multiply matrices: operands do not fit: Tensor(FLOAT32, [2, 3]), "
                        + "Tensor(FLOAT32, [4, 5]), Tensor(FLOAT32, [2, 5]) (shapes, types or contiguity)");
        assertThatThrownBy(() -> kernels()
                        .matmul(a, a.transpose(0, 1), Tensor.zeros(DType.FLOAT32, 2, 2), true, Epilogue.bias(a)))
                .hasMessageContaining("Cannot multiply matrices");
        assertThatThrownBy(() -> kernels().matmul(a, kernels().pack(b), c, Epilogue.NONE))
                .hasMessageContaining("by packed (4,5)");
        assertThatThrownBy(() -> kernels().add(a, b, c)).hasMessageContaining("Cannot add: operands do not fit");
        assertThatThrownBy(() -> kernels().dropout(a, 1.0, 1, 1, a, a)).hasMessageContaining("the rate 1.0");
        Convolution s = new Convolution(4, 4, 3, 3, 3, 8, 1, 0);
        assertThatThrownBy(() -> kernels().convolve(s, a, b, c, Epilogue.NONE))
                .hasMessageContaining("with filters (4,5)")
                .hasMessageContaining("needs (27,8)");
        Tensor labels = Tensor.of(new int[] {0, 3}, 2);
        assertThatThrownBy(() -> kernels().crossEntropy(a, labels, null, 0, 1, null))
                .isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("Cannot use label 3 of row 1: it is not in [0,3)");
        AttentionShape heads = new AttentionShape(1, 1, 3, 1, true, 0);
        Tensor two = Tensor.of(new int[] {0, 2}, 2);
        Tensor one = Tensor.of(new int[] {0, 1}, 2);
        assertThatThrownBy(() -> kernels().attention(heads, 1, a, a, b, two, two, a, null))
                .hasMessageContaining("Cannot attend: Tensor(FLOAT32, [4, 5]) has not contiguous rows of 3 numbers");
        assertThatThrownBy(() -> kernels().attention(heads, 1, a, a, a, two, one, c.slice(1, 0, 3), null))
                .hasMessage("Cannot attend: sequence 0 has 2 queries and 1 keys");
        assertThatThrownBy(() -> kernels().rotary(a, 1, two, b.slice(1, 0, 1), b.slice(1, 0, 1), false))
                .hasMessageContaining("Cannot rotate");
        Tensor offsets = Tensor.of(new int[] {0, 1, 2}, 3);
        Tensor weights = Tensor.zeros(DType.FLOAT32, 2);
        assertThatThrownBy(() -> kernels().embeddingBag(a, labels, weights, offsets, Tensor.zeros(DType.FLOAT32, 2, 3)))
                .hasMessage("Cannot use index 3 of row 1: it is not in [0,2)");
    }
}
