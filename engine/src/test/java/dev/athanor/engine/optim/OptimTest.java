package dev.athanor.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.autodiff.SparseGradient;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimTest {
    private static final Kernels SCALAR = new ScalarKernels();

    private static ParameterSet parameters() {
        ParameterSet set = new ParameterSet(
                DType.FLOAT64,
                List.of(
                        new Parameter.Declaration("bias", Parameter.Kind.OFFSET, List.of(20)),
                        new Parameter.Declaration("weight", Parameter.Kind.WEIGHT, List.of(3, 7)),
                        new Parameter.Declaration("table", Parameter.Kind.TABLE, List.of(9, 2))));
        for (Parameter p : set.all()) {
            for (int i = 0; i < p.tensor().size(); i++) {
                p.tensor().put(p.tensor().offset() + i, 1);
            }
        }
        return set;
    }

    @Test
    void decaysWeightsButNotBiases() {
        for (boolean adam : new boolean[] {true, false}) {
            ParameterSet set = parameters();
            Optimizer optimizer = adam ? new AdamW(set, 0.5) : new SgdMomentum(set, 0.9, 0.5);
            Tensor none = Tensor.zeros(DType.FLOAT64, set.flat().size());
            Optimizer.StepSize size = new Optimizer.StepSize();
            size.set(0.1, 1, 1);
            optimizer.dense(none, 0, set.flat().size()).apply(SCALAR, size);
            assertThat(set.get("bias").tensor().toFloats()).containsOnly(1);
            assertThat(set.get("weight").tensor().toFloats()).containsOnly(0.95f);
        }
    }

    @Test
    void rangesTogetherStepEverythingOnce() {
        for (boolean adam : new boolean[] {true, false}) {
            ParameterSet whole = parameters();
            ParameterSet parts = parameters();
            for (ParameterSet set : List.of(whole, parts)) {
                Tensor gradient = Tensor.zeros(DType.FLOAT64, set.flat().size());
                for (int i = 0; i < gradient.size(); i++) {
                    gradient.put(i, Math.sin(i));
                }
                Optimizer optimizer = adam ? new AdamW(set, 0.1) : new SgdMomentum(set, 0.9, 0.1);
                int[] cuts = set == whole ? new int[] {0, 64} : new int[] {0, 16, 32, 48, 64};
                assertThat(set.flat().size()).isEqualTo(64);
                Optimizer.StepSize size = new Optimizer.StepSize();
                for (int step = 1; step <= 3; step++) {
                    size.set(0.01, 0.5, step);
                    for (int c = 1; c < cuts.length; c++) {
                        optimizer.dense(gradient, cuts[c - 1], cuts[c]).apply(SCALAR, size);
                    }
                }
            }
            assertThat(parts.flat().doubles()).isEqualTo(whole.flat().doubles());
            assertThat(whole.get("weight").tensor().get(1, 1)).isNotEqualTo(1);
        }
    }

    @Test
    void adamFollowsItsFormula() {
        ParameterSet set = parameters();
        AdamW adam = new AdamW(set, 0.9, 0.999, 0);
        Tensor gradient = Tensor.zeros(DType.FLOAT64, set.flat().size());
        Arrays.fill(gradient.doubles(), 4);
        Optimizer.StepSize size = new Optimizer.StepSize();
        size.set(0.1, 0.5, 1);
        adam.dense(gradient, 0, 64).apply(SCALAR, size);
        // The first step is the rate itself, whatever the gradient.
        assertThat(set.get("bias").tensor().get(0)).isCloseTo(0.9, within(1e-8));
    }

    @Test
    void touchesOnlyTheRowsOfATableThatHaveAGradient() {
        for (boolean adam : new boolean[] {true, false}) {
            ParameterSet set = parameters();
            Optimizer optimizer = adam ? new AdamW(set, 0) : new SgdMomentum(set, 0.9, 0);
            SparseGradient gradient = new SparseGradient(set.get("table").tensor());
            gradient.assign(Tensor.of(new int[] {4, 2, 4}, 3), 3);
            Arrays.fill(gradient.values().doubles(), 0, 4, 1);
            Optimizer.StepSize size = new Optimizer.StepSize();
            size.set(0.1, 1, 1);
            optimizer.rows(SCALAR, 0, gradient, size);
            for (int row = 0; row < 9; row++) {
                double expected = row == 2 || row == 4 ? 0.9 : 1;
                assertThat(set.get("table").tensor().get(row, 1)).isCloseTo(expected, within(1e-7));
            }
        }
    }

    @Test
    void mergesWorkersRowsShareByShare() {
        Tensor table = Tensor.zeros(DType.FLOAT64, 10, 2);
        SparseGradient a = new SparseGradient(table);
        SparseGradient b = new SparseGradient(table);
        a.assign(Tensor.of(new int[] {5, 2, 8}, 3), 3);
        b.assign(Tensor.of(new int[] {2, 7, 5, 2}, 4), 4);
        for (int i = 0; i < 6; i++) {
            a.values().put(i, i + 1);
            b.values().put(i, 10 * (i + 1));
        }
        double[] sum = new double[20];
        for (int share = 0; share < 2; share++) {
            SparseGradient merged = new SparseGradient(table);
            merged.merge(List.of(a, b), share, 2);
            for (int s = 0; s < merged.rows().count(); s++) {
                assertThat(merged.rows().row(s) % 2).isEqualTo(share);
                sum[merged.rows().row(s) * 2] += merged.values().get(s, 0);
                sum[merged.rows().row(s) * 2 + 1] += merged.values().get(s, 1);
            }
        }
        // a: 5→(1,2) 2→(3,4) 8→(5,6); b: 2→(10,20) 7→(30,40) 5→(50,60)
        assertThat(sum[10]).isEqualTo(51);
        assertThat(sum[11]).isEqualTo(62);
        assertThat(sum[4]).isEqualTo(13);
        assertThat(sum[5]).isEqualTo(24);
        assertThat(sum[16]).isEqualTo(5);
        assertThat(sum[14]).isEqualTo(30);
        assertThat(Arrays.stream(sum).sum()).isEqualTo(21 + 210);
    }

    @Test
    void rateRisesThenFalls() {
        WarmupCosine schedule = new WarmupCosine(2, 0.25, 0.1);
        assertThat(schedule.rate(0.125)).isCloseTo(1, within(1e-12));
        assertThat(schedule.rate(0.25)).isCloseTo(2, within(1e-12));
        assertThat(schedule.rate(0.625)).isCloseTo(1.1, within(1e-12));
        assertThat(schedule.rate(1)).isCloseTo(0.2, within(1e-12));
        assertThat(schedule.rate(1.5)).isCloseTo(0.2, within(1e-12));
        assertThat(new WarmupCosine(2, 0, 0).rate(1e-9)).isCloseTo(2, within(1e-6));
        assertThatThrownBy(() -> new WarmupCosine(0, 0, 0)).hasMessageContaining("Cannot make schedule: peak 0.0");
    }

    @Test
    void clipsTheNormOfAllGradients() {
        assertThat(GradientClip.scale(25, 10)).isEqualTo(1);
        assertThat(GradientClip.scale(25, 1)).isEqualTo(0.2);
        assertThat(GradientClip.scale(25, 0)).isEqualTo(1);
    }

    @Test
    void earlyStoppingKeepsTheBestAndBreaksTiesByLoss() {
        EarlyStopping accuracy = new EarlyStopping(true, 2, 0);
        assertThat(accuracy.accept(1, 0.5, 1.0)).isTrue();
        assertThat(accuracy.accept(2, 0.5, 0.9)).isTrue();
        assertThat(accuracy.accept(3, 0.4, 1.1)).isFalse();
        assertThat(accuracy.shouldStop()).isFalse();
        assertThat(accuracy.accept(4, 0.5, 0.9)).isFalse();
        assertThat(accuracy.shouldStop()).isTrue();
        assertThat(accuracy.bestEpoch()).isEqualTo(2);
        EarlyStopping error = new EarlyStopping(false, 0, 0);
        assertThat(error.accept(1, 3, 1)).isTrue();
        assertThat(error.accept(2, 2, 1)).isTrue();
        assertThat(error.shouldStop()).isFalse();
        assertThat(error.bestMetric()).isEqualTo(2);
    }

    @Test
    void waitsForTheWarmUpAndWhileTheLossFalls() {
        EarlyStopping stopping = new EarlyStopping(true, 2, 5);
        stopping.accept(1, 0.6, 1.0);
        for (int epoch = 2; epoch <= 6; epoch++) {
            stopping.accept(epoch, 0.5, 1.1);
            assertThat(stopping.shouldStop()).isFalse();
        }
        assertThat(stopping.accept(7, 0.5, 0.9)).isFalse();
        assertThat(stopping.shouldStop()).isFalse();
        stopping.accept(8, 0.5, 0.95);
        stopping.accept(9, 0.5, 0.95);
        assertThat(stopping.shouldStop()).isTrue();
        assertThat(stopping.bestEpoch()).isEqualTo(1);
    }
}
