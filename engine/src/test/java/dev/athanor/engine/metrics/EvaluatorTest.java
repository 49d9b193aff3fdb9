package dev.athanor.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.Task;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
    private static final Offset<Double> CLOSE = within(1e-6);
    private static final LabelPlan CLASSES =
            LabelPlan.ofClasses("c", "string", Task.CLASSIFICATION, List.of("a", "b", "c"));
    private static final LabelPlan VALUE = LabelPlan.ofClasses("y", "double", Task.REGRESSION, List.of());

    /** Four rows, one of them wrong; every expected value below was worked out by hand. */
    private static Evaluator fourRows() {
        Evaluator evaluator = new Evaluator(CLASSES);
        evaluator.addClass(0, 0, new float[] {0.5f, 0.25f, 0.25f}, 0);
        evaluator.addClass(1, 1, new float[] {0.25f, 0.75f, 0}, 0);
        evaluator.addClass(1, 0, new float[] {0.5f, 0.375f, 0.125f}, 0);
        evaluator.addClass(0, 0, new float[] {9, 9, 1, 0, 0}, 2);
        return evaluator;
    }

    @Test
    void classificationByHand() {
        Evaluation e = fourRows().evaluation();
        assertThat(e.rows()).isEqualTo(4);
        assertThat(e.metric("accuracy")).isEqualTo(0.75);
        // a: precision 2/3, recall 1, f1 0.8; b: precision 1, recall 1/2, f1 2/3; c neither occurs nor is predicted
        assertThat(e.metric("macro_f1")).isCloseTo((0.8 + 2.0 / 3) / 2, CLOSE);
        // bins: 0.5 twice (one right): |1.0 - 1|; 0.75 once: 0.25; 1.0 once: 0
        assertThat(e.metric("ece")).isCloseTo(0.25 / 4, CLOSE);
        // (0.25+0.0625+0.0625) + (0.0625+0.0625) + (0.25+0.390625+0.015625) + 0
        assertThat(e.metric("brier")).isCloseTo((0.375 + 0.125 + 0.65625) / 4, CLOSE);
        assertThat(e.metric("log_loss")).isCloseTo((Math.log(2) + Math.log(4.0 / 3) + Math.log(8.0 / 3)) / 4, CLOSE);
        assertThat(e.confusion()).containsExactly(List.of(2L, 0L, 0L), List.of(1L, 1L, 0L), List.of(0L, 0L, 0L));
        assertThat(e.classes().get(0)).isEqualTo(new Evaluation.ClassQuality("a", 2.0 / 3, 1, 0.8, 2));
        assertThat(e.classes().get(1)).isEqualTo(new Evaluation.ClassQuality("b", 1, 0.5, 2.0 / 3, 2));
        assertThat(e.classes().get(2)).isEqualTo(new Evaluation.ClassQuality("c", 0, 0, 0, 0));
        assertThat(e.reliability()).hasSize(15);
        assertThat(e.reliability().get(7).rows()).isEqualTo(2);
        assertThat(e.reliability().get(7).accuracy()).isEqualTo(0.5);
        assertThat(e.reliability().get(14).confidence()).isEqualTo(1);
    }

    @Test
    void regressionByHand() {
        Evaluator evaluator = new Evaluator(VALUE);
        evaluator.addValue(1, 2, 1, 3);
        evaluator.addValue(3, 3, 2, 4);
        evaluator.addValue(5, 2, 1, 3);
        Evaluation e = evaluator.evaluation();
        assertThat(e.metric("rmse")).isCloseTo(Math.sqrt(10.0 / 3), CLOSE);
        assertThat(e.metric("mae")).isCloseTo(4.0 / 3, CLOSE);
        assertThat(e.metric("r2")).isCloseTo(1 - 10.0 / 8, CLOSE);
        assertThat(e.metric("interval_coverage")).isCloseTo(2.0 / 3, CLOSE);
        assertThat(e.metric("interval_width")).isEqualTo(2);
    }

    @Test
    void partsMergeToTheWholeThroughBytes() {
        SplittableRandom random = new SplittableRandom(3);
        Evaluator whole = new Evaluator(CLASSES);
        Evaluator merged = new Evaluator(CLASSES);
        Evaluator wholeValues = new Evaluator(VALUE);
        Evaluator mergedValues = new Evaluator(VALUE);
        for (int part = 0; part < 3; part++) {
            Evaluator some = new Evaluator(CLASSES);
            Evaluator someValues = new Evaluator(VALUE);
            for (int i = 0; i < 50; i++) {
                float p = (float) random.nextDouble(0.5, 1);
                int predicted = random.nextInt(3);
                float[] probabilities = {(1 - p) / 2, (1 - p) / 2, (1 - p) / 2};
                probabilities[predicted] = p;
                int actual = random.nextInt(3);
                whole.addClass(actual, predicted, probabilities, 0);
                some.addClass(actual, predicted, probabilities, 0);
                double y = random.nextDouble();
                wholeValues.addValue(y, 0.5, 0.1, 0.9);
                someValues.addValue(y, 0.5, 0.1, 0.9);
            }
            Evaluator read = new Evaluator(CLASSES);
            read.read(some.toBytes());
            merged.merge(read);
            Evaluator readValues = new Evaluator(VALUE);
            readValues.read(someValues.toBytes());
            mergedValues.merge(readValues);
        }
        whole.evaluation()
                .metrics()
                .forEach((name, value) ->
                        assertThat(merged.evaluation().metric(name)).as(name).isCloseTo(value, CLOSE));
        assertThat(merged.evaluation().confusion()).isEqualTo(whole.evaluation().confusion());
        wholeValues.evaluation().metrics().forEach((name, value) -> assertThat(
                        mergedValues.evaluation().metric(name))
                .as(name)
                .isCloseTo(value, CLOSE));
    }

    @Test
    void nothingToMeasureIsAnError() {
        assertThatThrownBy(() -> new Evaluator(CLASSES).evaluation())
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot evaluate model: no row could be measured: 0 without a label, 0 that");
    }
}
