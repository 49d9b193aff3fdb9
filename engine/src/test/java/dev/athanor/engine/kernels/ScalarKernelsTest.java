package dev.athanor.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.kernels.Operands.Pair;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** The specification itself: hand-computed values, and derivatives by central differences. */
class ScalarKernelsTest extends KernelsContract {
    private final Kernels kernels = new ScalarKernels();

    @Override
    protected Kernels kernels() {
        return kernels;
    }

    @Test
    void multipliesByHand() {
        Tensor a = Tensor.of(new double[] {1, 2, 3, 4}, 2, 2);
        Tensor c = Tensor.zeros(DType.FLOAT64, 2, 2);
        kernels.matmul(
                a, a.transpose(0, 1), c, false, Epilogue.bias(Tensor.of(new double[] {-6, 1}, 2), Activation.RELU));
        assertThat(c.doubles()).containsExactly(0, 12, 5, 26);
    }

    @Test
    void convolvesByHand() {
        Convolution s = new Convolution(2, 2, 1, 2, 2, 1, 1, 1);
        Tensor x = Tensor.of(new double[] {1, 2, 3, 4}, 1, 2, 2, 1);
        Tensor w = Tensor.of(new double[] {1, 10, 100, 1000}, 4, 1);
        Tensor y = Tensor.zeros(DType.FLOAT64, 1, 3, 3, 1);
        kernels.convolve(s, x, w, y, Epilogue.NONE);
        assertThat(y.doubles()).containsExactly(1000, 2100, 200, 3010, 4321, 402, 30, 43, 4);
    }

    @Test
    void functionsHaveTheirTabulatedValues() {
        // erf from Abramowitz and Stegun, table 7.1
        assertThat(ScalarElementwise.erf(0.5)).isEqualTo(0.5204998778130465, within(1e-15));
        assertThat(ScalarElementwise.erf(-2)).isEqualTo(-0.9953222650189527, within(1e-15));
        assertThat(ScalarElementwise.erf(7)).isEqualTo(1);
        assertThat(ScalarElementwise.value(Activation.GELU, 1)).isEqualTo(0.8413447460685429, within(1e-15));
        assertThat(ScalarElementwise.sigmoid(-800)).isZero();
        assertThat(ScalarElementwise.sigmoid(800)).isEqualTo(1);
    }

    @Test
    void gradientsOfActivationsAreDerivatives() {
        double h = 1e-6;
        for (Activation f : Activation.values()) {
            for (double at : new double[] {-3.1, -0.4, 0.2, 1.7}) {
                Tensor x = Tensor.of(new double[] {at}, 1);
                Tensor y = Tensor.of(new double[] {ScalarElementwise.value(f, at)}, 1);
                Tensor d = Tensor.of(new double[] {1}, 1);
                kernels.activateBackward(f, x, y, d, d);
                double slope = (ScalarElementwise.value(f, at + h) - ScalarElementwise.value(f, at - h)) / (2 * h);
                assertThat(d.doubles()[0]).as("%s'(%s)", f, at).isEqualTo(slope, within(1e-8));
            }
        }
    }

    @Test
    void gradientOfConvolutionIsItsDerivative() {
        Operands o = new Operands(3);
        Convolution s = new Convolution(5, 4, 2, 3, 2, 3, 2, 1);
        Pair x = o.input(2, 5, 4, 2);
        Pair w = o.input(s.windowSize(), 3);
        Pair dy = o.input(2, s.outHeight(), s.outWidth(), 3);
        Tensor dx = Tensor.zeros(DType.FLOAT64, 2, 5, 4, 2);
        Tensor dw = Tensor.zeros(DType.FLOAT64, s.windowSize(), 3);
        kernels.convolveBackwardInput(s, dy.exact(), w.exact(), dx);
        kernels.convolveBackwardFilter(s, x.exact(), dy.exact(), dw);
        assertDerivative(s, x.exact(), w.exact(), dy.exact(), x.exact(), dx);
        assertDerivative(s, x.exact(), w.exact(), dy.exact(), w.exact(), dw);
    }

    private void assertDerivative(Convolution s, Tensor x, Tensor w, Tensor dy, Tensor changed, Tensor gradient) {
        double h = 1e-3; // the function is linear in each operand
        for (int i = 0; i < changed.size(); i++) {
            double before = changed.doubles()[i];
            changed.doubles()[i] = before + h;
            double above = dot(s, x, w, dy);
            changed.doubles()[i] = before - h;
            double below = dot(s, x, w, dy);
            changed.doubles()[i] = before;
            assertThat(gradient.doubles()[i]).isEqualTo((above - below) / (2 * h), within(1e-9));
        }
    }

    private double dot(Convolution s, Tensor x, Tensor w, Tensor dy) {
        Tensor y = Tensor.zeros(DType.FLOAT64, dy.shape());
        kernels.convolve(s, x, w, y, Epilogue.NONE);
        kernels.multiply(y, dy, y);
        return kernels.sum(y);
    }

    @Test
    void firstAdamStepMovesByTheLearningRate() {
        Tensor p = Tensor.of(new double[] {1, -1}, 2);
        Tensor zeros = Tensor.zeros(DType.FLOAT64, 2);
        kernels.adamW(
                p,
                Tensor.of(new double[] {5, -0.1}, 2),
                zeros,
                Tensor.zeros(DType.FLOAT64, 2),
                0.01,
                0.9,
                0.999,
                0,
                0.1,
                1,
                1);
        assertThat(p.doubles()[0]).isEqualTo(1 - 0.001 - 0.01, within(1e-12));
        assertThat(p.doubles()[1]).isEqualTo(-1 + 0.001 + 0.01, within(1e-12));
    }

    @Test
    void doesNotTakeAnotherProvidersPanels() {
        PackedMatrix foreign = new PackedMatrix() {
            @Override
            public int rows() {
                return 1;
            }

            @Override
            public int columns() {
                return 1;
            }

            @Override
            public long bytes() {
                return 0;
            }
        };
        Tensor one = Tensor.zeros(DType.FLOAT32, 1, 1);
        assertThatThrownBy(() -> kernels.matmul(one, foreign, Tensor.zeros(DType.FLOAT32, 1, 1), Epilogue.NONE))
                .hasMessageContaining("Cannot use packed matrix: it was packed by another provider");
    }
}
