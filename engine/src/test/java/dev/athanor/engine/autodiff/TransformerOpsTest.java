package dev.athanor.engine.autodiff;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ops that transformers add: gradients by finite differences. */
class TransformerOpsTest {
    private static final int[] IDS = {3, 0, 3, 6, 1, 3};

    @Test
    void linearWithAResidual() {
        new GradientCheck(21)
                .weight("w", 5, 5)
                .weight("b", 5)
                .variable("x", 4, 5)
                .check(g -> Linear.add(g.value("x"), g.value("w"), g.value("b"), g.value("x")));
    }

    @Test
    void linearByATable() {
        new GradientCheck(22).weight("table", 7, 5).variable("x", 4, 5).check(g -> {
            Value once = Linear.tied(g.value("x"), g.value("table"));
            return Linear.apply(once, g.value("table"), null, Activation.TANH);
        });
    }

    @Test
    void multiply() {
        new GradientCheck(23)
                .variable("a", 4, 6)
                .variable("b", 4, 6)
                .check(g -> Multiply.apply(Multiply.apply(g.value("a"), g.value("b")), g.value("a")));
    }

    @Test
    void headNorm() {
        AttentionShape shape = new AttentionShape(4, 2, 6, 0.4f, true, 0);
        new GradientCheck(24)
                .weight("q", 6)
                .weight("k", 6)
                .variable("x", 3, 48)
                .check(g -> HeadNorm.apply(shape, g.value("x"), g.value("q"), g.value("k"), 1e-3));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tokenEmbedding(boolean sparse) {
        GradientCheck check = new GradientCheck(25)
                .batch(IDS.length)
                .weight("positions", 5, 4)
                .weight("types", 2, 4);
        TokenEmbedding.Tables tables = new TokenEmbedding.Tables("tokens", 1.5, "positions", 2, "types");
        (sparse ? check.table("tokens", 7, 4) : check.weight("tokens", 7, 4))
                .check(g -> TokenEmbedding.apply(g.tape(), g.tape().examples(), tables, new Tokens(g.tape())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mean", "first", "largest"})
    void sequencePool(String kind) {
        SequencePool.Weights weights =
                switch (kind) {
                    case "mean" -> (i, n) -> 1.0 / n;
                    case "first" -> (i, n) -> i == 0 ? 1 : 0;
                    default -> null;
                };
        new GradientCheck(26).variable("x", IDS.length, 5).checkLoss(g -> {
            Value pooled = SequencePool.apply(g.value("x"), g.tape().axis(2), new Tokens(g.tape()), weights);
            Tensor targets = Tensor.zeros(g.dtype(), 2, 5);
            for (int i = 0; i < targets.size(); i++) {
                targets.put(i, 0.3 * i - 1);
            }
            return ElementwiseLoss.apply(ElementLoss.SQUARED, pooled, targets, null);
        });
    }

    /** A batch run in parts leaves the gradient of the whole, of the rows of a table too. */
    @Test
    void gradientsOfPartsAddUp() {
        List<Parameter.Declaration> declared = List.of(
                new Parameter.Declaration("tokens", Parameter.Kind.TABLE, List.of(7, 4)),
                new Parameter.Declaration("w", Parameter.Kind.WEIGHT, List.of(4, 1)));
        List<float[]> gradients = new ArrayList<>();
        for (int[] parts : new int[][] {{6}, {2, 3, 1}}) {
            ParameterSet parameters = new ParameterSet(DType.FLOAT32, declared);
            for (Parameter p : parameters.all()) {
                for (int i = 0; i < p.tensor().size(); i++) {
                    p.tensor().put(p.tensor().offset() + i, Math.sin(3 * i + 1));
                }
            }
            Tape tape = new Tape(new ScalarKernels(), parameters, 6, 1);
            Tokens tokens = new Tokens(tape);
            TokenEmbedding.Tables tables = new TokenEmbedding.Tables("tokens", 1, null, 0, null);
            Value x = TokenEmbedding.apply(tape, tape.examples(), tables, tokens);
            Value y = Linear.apply(x, tape.parameter("w"), null, Activation.IDENTITY);
            ElementwiseLoss.apply(ElementLoss.SQUARED, y, Tensor.zeros(DType.FLOAT32, 6), null);
            int at = 0;
            for (int part : parts) {
                tokens.from(at);
                tape.setRows(part);
                tape.forward();
                tape.backward(at > 0);
                at += part;
            }
            float[] all = new float[4 + 28];
            System.arraycopy(tape.gradients().of(parameters.get("w")).toFloats(), 0, all, 0, 4);
            SparseGradient g = tape.gradients().ofTable(parameters.get("tokens"));
            assertThat(g.rows().count()).isEqualTo(4);
            for (int s = 0; s < 4; s++) {
                System.arraycopy(g.values().floats(), s * 4, all, 4 + g.rows().row(s) * 4, 4);
            }
            gradients.add(all);
        }
        assertThat(gradients.get(1)).containsExactly(gradients.get(0), org.assertj.core.api.Assertions.within(1e-5f));
    }

    /** Six tokens or the first five, of two sequences. */
    private static final class Tokens implements TokenInput {
        private final Tape tape;
        private int from;

        Tokens(Tape tape) {
            this.tape = tape;
        }

        /** Begins at another of the tokens. */
        void from(int first) {
            from = first;
        }

        @Override
        public int tokens() {
            return tape.rows();
        }

        @Override
        public Tensor ids() {
            int[] ids = java.util.Arrays.copyOfRange(IDS, from, IDS.length);
            return Tensor.of(ids, ids.length);
        }

        @Override
        public Tensor types() {
            return Tensor.of(new int[] {0, 0, 1, 0, 1, 1}, 6);
        }

        @Override
        public Tensor positions() {
            return Tensor.of(new int[] {0, 1, 2, 0, 1, 2}, 6);
        }

        @Override
        public int sequences() {
            return 2;
        }

        @Override
        public Tensor starts() {
            return Tensor.of(new int[] {0, 2, tape.rows()}, 3);
        }
    }
}
