package dev.athanor.engine.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpsTest {
    @ParameterizedTest
    @EnumSource(Activation.class)
    void linear(Activation f) {
        new GradientCheck(1)
                .weight("w", 5, 7)
                .weight("b", 7)
                .variable("x", 4, 5)
                .check(g -> Linear.apply(g.value("x"), g.value("w"), g.value("b"), f));
    }

    @Test
    void linearTwiceOverOneInputAndOneWeight() {
        new GradientCheck(2).weight("w", 6, 6).variable("x", 3, 6).check(g -> {
            Value once = Linear.apply(g.value("x"), g.value("w"), null, Activation.TANH);
            Value twice = Linear.apply(once, g.value("w"), null, Activation.TANH);
            return Add.apply(twice, g.value("x"));
        });
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"IDENTITY", "RELU", "SIGMOID"})
    void convolution(Activation f) {
        Convolution shape = new Convolution(5, 6, 2, 3, 3, 4, 1, 1);
        new GradientCheck(3)
                .weight("w", 18, 4)
                .weight("b", 4)
                .variable("x", 3, 5, 6, 2)
                .check(g -> Conv2d.apply(shape, g.value("x"), g.value("w"), g.value("b"), f));
    }

    @Test
    void convolutionWithStrideAndNoPadding() {
        Convolution shape = new Convolution(7, 5, 3, 3, 2, 2, 2, 0);
        new GradientCheck(4)
                .weight("w", 18, 2)
                .variable("x", 2, 7, 5, 3)
                .check(g -> Conv2d.apply(shape, g.value("x"), g.value("w"), null, Activation.TANH));
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"IDENTITY", "RELU", "TANH"})
    void maxPool(Activation f) {
        new GradientCheck(5).variable("x", 3, 5, 6, 2).check(g -> MaxPool2d.apply(2, g.value("x"), f));
    }

    @Test
    void meanPool() {
        new GradientCheck(6).variable("x", 3, 4, 5, 2).check(g -> MeanPool.apply(g.value("x")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"IDENTITY", "RELU"})
    void batchNorm(Activation f) {
        new GradientCheck(7)
                .weight("gamma", 3)
                .weight("beta", 3)
                .buffer("mean", 3)
                .buffer("var", 3)
                .variable("x", 4, 2, 2, 3)
                .check(g -> BatchNorm.apply(
                        g.value("x"), g.value("gamma"), g.value("beta"), g.value("mean"), g.value("var"), f));
    }

    @Test
    void layerNorm() {
        new GradientCheck(8)
                .weight("gamma", 6)
                .weight("beta", 6)
                .variable("x", 4, 6)
                .check(g -> LayerNorm.apply(g.value("x"), g.value("gamma"), g.value("beta")));
    }

    @Test
    void dropout() {
        new GradientCheck(9).variable("x", 5, 40).check(g -> Dropout.apply(g.value("x"), 0.4));
        new GradientCheck(9).variable("x", 5, 40).check(g -> Add.apply(Dropout.apply(g.value("x"), 0.4), g.value("x")));
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"RELU", "GELU", "TANH", "SIGMOID", "SILU", "GELU_TANH"})
    void activate(Activation f) {
        new GradientCheck(10).variable("x", 4, 9).check(g -> Activate.apply(f, g.value("x")));
    }

    @Test
    void bias() {
        new GradientCheck(11)
                .weight("b", 7)
                .variable("x", 4, 7)
                .check(g -> Add.apply(Bias.apply(g.value("x"), g.value("b")), g.value("x")));
    }

    @Test
    void rmsNorm() {
        new GradientCheck(16)
                .weight("gamma", 6)
                .variable("x", 4, 6)
                .check(g -> RmsNorm.apply(g.value("x"), g.value("gamma"), 1e-5));
    }

    @Test
    void attention() {
        for (boolean causal : new boolean[] {false, true}) {
            for (int window : new int[] {0, 2}) {
                AttentionShape shape = new AttentionShape(4, 2, 3, 0.7f, causal, window);
                new GradientCheck(17)
                        .weight("w", 5, 24)
                        .variable("x", 9, 5)
                        .check(g -> Attention.apply(shape, product(g), sequences(g, 0, 1, 1, 5, 9)));
            }
        }
    }

    @Test
    void rotary() {
        AttentionShape shape = new AttentionShape(2, 1, 6, 0.7f, true, 0);
        new GradientCheck(18).weight("w", 5, 24).variable("x", 7, 5).check(g -> {
            Tensor cos = Tensor.zeros(g.dtype(), 5, 2);
            Tensor sin = Tensor.zeros(g.dtype(), 5, 2);
            for (int i = 0; i < 10; i++) {
                cos.put(i, Math.cos(0.3 * i));
                sin.put(i, Math.sin(0.3 * i));
            }
            Tensor positions = Tensor.of(new int[] {0, 1, 2, 3, 0, 1, 4}, 7);
            Value turned = Rotary.apply(product(g), 3, 6, positions, cos, sin);
            return Attention.apply(shape, turned, sequences(g, 0, 4, 7));
        });
    }

    private static Value product(GradientCheck.Graph g) {
        return Linear.apply(g.value("x"), g.value("w"), null, Activation.IDENTITY);
    }

    /** Sequences that start at the given rows; the last ends where the rows in use end. */
    private static SequenceInput sequences(GradientCheck.Graph g, int... starts) {
        return new SequenceInput() {
            @Override
            public int sequences() {
                return starts.length - 1;
            }

            @Override
            public Tensor starts() {
                int[] used = starts.clone();
                used[starts.length - 1] = g.tape().rows();
                return Tensor.of(used, used.length);
            }
        };
    }

    @Test
    void concatAndReshape() {
        new GradientCheck(12)
                .variable("x", 4, 2, 3)
                .variable("y", 4, 5)
                .check(g -> Concat.apply(List.of(Reshape.flatten(g.value("x")), g.value("y"), g.value("y"))));
    }

    @Test
    void embeddingBag() {
        int[] indices = {3, 1, 3, 7, 0, 1, 9, 3, 0, 0};
        int[] offsets = {0, 3, 3, 6, 10};
        new GradientCheck(13).table("table", 10, 5).batch(4).check(g -> {
            // A partial batch has fewer lookups: the first three rows have six.
            Tensor weights = Tensor.of(new float[] {1, 0.5f, 2, -1, 1, 0.25f, 3, 1, 1, -2}, 10);
            return EmbeddingBag.apply(g.tape(), "table", new BagInput() {
                @Override
                public Tensor indices() {
                    return Tensor.of(indices, 10);
                }

                @Override
                public Tensor weights() {
                    return weights;
                }

                @Override
                public Tensor offsets() {
                    return Tensor.of(offsets, 5);
                }

                @Override
                public int size() {
                    return offsets[g.tape().rows()];
                }
            });
        });
    }

    @Test
    void crossEntropy() {
        for (double smoothing : new double[] {0, 0.1}) {
            new GradientCheck(14)
                    .variable("x", 4, 5)
                    .checkLoss(g -> SoftmaxCrossEntropy.apply(
                            g.value("x"), Tensor.of(new int[] {0, 4, 2, 2}, 4), rowWeights(g.dtype()), smoothing));
        }
    }

    @ParameterizedTest
    @EnumSource(ElementLoss.class)
    void elementwise(ElementLoss kind) {
        new GradientCheck(15).variable("x", 4, 1).checkLoss(g -> {
            Tensor targets = Tensor.zeros(g.dtype(), 4);
            for (int i = 0; i < 4; i++) {
                targets.put(i, kind == ElementLoss.BINARY_CROSS_ENTROPY ? i % 2 : 3 * i - 2);
            }
            return ElementwiseLoss.apply(kind, g.value("x"), targets, rowWeights(g.dtype()));
        });
    }

    private static Tensor rowWeights(DType dtype) {
        Tensor weights = Tensor.zeros(dtype, 4);
        for (int i = 0; i < 4; i++) {
            weights.put(i, 0.5 + i);
        }
        return weights;
    }

    @Test
    void runningStatisticsFollowTheBatches() {
        ParameterSet parameters = new ParameterSet(
                DType.FLOAT64,
                List.of(
                        new Parameter.Declaration("gamma", Parameter.Kind.OFFSET, List.of(1)),
                        new Parameter.Declaration("beta", Parameter.Kind.OFFSET, List.of(1)),
                        new Parameter.Declaration("mean", Parameter.Kind.BUFFER, List.of(1)),
                        new Parameter.Declaration("var", Parameter.Kind.BUFFER, List.of(1))));
        Tensor x = Tensor.of(new double[] {1, 2, 3, 6}, 4, 1);
        try (Tape tape = new Tape(new ScalarKernels(), parameters, 4, 1)) {
            BatchNorm.apply(
                    tape.variable(x),
                    tape.parameter("gamma"),
                    tape.parameter("beta"),
                    tape.parameter("mean"),
                    tape.parameter("var"),
                    Activation.IDENTITY);
            tape.forward();
            tape.updateRunningStatistics(1.0);
        }
        assertThat(parameters.get("mean").tensor().get(0)).isEqualTo(3.0);
        assertThat(parameters.get("var").tensor().get(0))
                .isCloseTo(14.0 / 3, org.assertj.core.api.Assertions.within(1e-9));
    }

    @Test
    void aParameterThatTheLossDoesNotReachHasNoGradient() {
        ParameterSet parameters = new ParameterSet(
                DType.FLOAT64,
                List.of(
                        new Parameter.Declaration("used", Parameter.Kind.WEIGHT, List.of(2, 1)),
                        new Parameter.Declaration("unused", Parameter.Kind.WEIGHT, List.of(2, 2))));
        try (Tape tape = new Tape(new ScalarKernels(), parameters, 1, 1)) {
            Value x = tape.variable(Tensor.of(new double[] {1, 2}, 1, 2));
            Linear.apply(x, tape.parameter("unused"), null, Activation.IDENTITY);
            Value y = Linear.apply(x, tape.parameter("used"), null, Activation.IDENTITY);
            ElementwiseLoss.apply(ElementLoss.SQUARED, y, Tensor.of(new double[] {1}, 1), null);
            java.util.Arrays.fill(tape.gradients().flat().doubles(), 5);
            tape.forward();
            tape.backward();
            assertThat(tape.gradients().of(parameters.get("unused")).toFloats()).containsOnly(0);
            assertThat(tape.gradients().of(parameters.get("used")).toFloats()).containsExactly(-2, -4);
        }
    }

    @Test
    void refusesShapesThatDoNotFit() {
        assertThatThrownBy(() -> new GradientCheck(1)
                        .weight("w", 4, 3)
                        .variable("x", 2, 5)
                        .check(g -> Linear.apply(g.value("x"), g.value("w"), null, Activation.RELU)))
                .hasMessageContaining(
                        "Cannot record linear: shapes Tensor(FLOAT64, [2, 5]) and Tensor(FLOAT64, [4, 3])");
        assertThatThrownBy(() -> new GradientCheck(1).variable("x", 2, 5).check(g -> Dropout.apply(g.value("x"), 1.0)))
                .hasMessageContaining("rate 1.0 is not in [0,1)");
        AttentionShape heads = new AttentionShape(2, 1, 3, 1, true, 0);
        assertThatThrownBy(() -> new GradientCheck(1)
                        .variable("x", 2, 5)
                        .check(g -> Attention.apply(heads, g.value("x"), sequences(g, 0, 2))))
                .hasMessageContaining("needs rows of 12 numbers, queries, keys and values");
        assertThatThrownBy(() -> new GradientCheck(1)
                        .weight("gamma", 4)
                        .variable("x", 2, 5)
                        .check(g -> RmsNorm.apply(g.value("x"), g.value("gamma"), 1e-5)))
                .hasMessageContaining("Cannot record root mean square normalisation of Tensor(FLOAT64, [2, 5])");
    }
}
