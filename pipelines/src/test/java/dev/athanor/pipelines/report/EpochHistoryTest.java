package dev.athanor.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.train.EpochMetrics;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EpochHistoryTest {
    @Test
    void epochsComeBackFromTheMeasurementsOfARun() {
        Map<String, NavigableMap<Long, Double>> metrics = Map.of(
                "train_loss", values(0.9, 0.4, 0.2),
                "validation_loss", values(0.8, 0.5, 0.6),
                "validation_accuracy", values(0.7, 0.9, 0.9),
                "rows_per_second", values(100, 200, 300));

        assertThat(EpochHistory.of(metrics))
                .extracting(EpochMetrics::epoch, EpochMetrics::metric, EpochMetrics::best, EpochMetrics::metricName)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1, 0.7, true, "accuracy"),
                        org.assertj.core.groups.Tuple.tuple(2, 0.9, true, "accuracy"),
                        org.assertj.core.groups.Tuple.tuple(3, 0.9, false, "accuracy"));
        assertThat(EpochHistory.of(metrics).get(0).seconds()).isNaN();
    }

    @Test
    void lowerIsBetterForErrors() {
        Map<String, NavigableMap<Long, Double>> metrics = Map.of(
                "train_loss", values(0.9, 0.4, 0.2),
                "validation_loss", values(0.8, 0.5, 0.6),
                "validation_rmse", values(3, 2, 4));

        assertThat(EpochHistory.of(metrics)).extracting(EpochMetrics::best).containsExactly(true, true, false);
    }

    @Test
    void theTrainingsOwnWordOnTheBestEpochCounts() {
        Map<String, NavigableMap<Long, Double>> metrics = Map.of(
                "train_loss", values(0.9, 0.4),
                "validation_loss", values(0.8, 0.5),
                "validation_accuracy", values(1, 0.9),
                "best", values(1, 1));

        assertThat(EpochHistory.of(metrics)).extracting(EpochMetrics::best).containsExactly(true, true);
    }

    @Test
    void otherMeasurementsAreNoHistory() {
        assertThat(EpochHistory.of(Map.of())).isEmpty();
        assertThat(EpochHistory.of(Map.of("accuracy", values(0.9)))).isEmpty();
    }

    private static NavigableMap<Long, Double> values(double... values) {
        NavigableMap<Long, Double> byStep = new TreeMap<>();
        for (int i = 0; i < values.length; i++) {
            byStep.put(i + 1L, values[i]);
        }
        return byStep;
    }
}
