package dev.athanor.engine.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    /** Labels drawn from the softmax of some logits: those logits times T must be found to have temperature T. */
    @Test
    void findsTheTemperatureThatLabelsWereDrawnAt() {
        for (double temperature : new double[] {0.3, 1, 4}) {
            SplittableRandom random = new SplittableRandom(11);
            int rows = 20_000;
            int classes = 4;
            float[] logits = new float[rows * classes];
            int[] labels = new int[rows];
            for (int row = 0; row < rows; row++) {
                double sum = 0;
                double[] p = new double[classes];
                for (int c = 0; c < classes; c++) {
                    double z = random.nextDouble() * 6 - 3;
                    logits[row * classes + c] = (float) (z * temperature);
                    p[c] = Math.exp(z);
                    sum += p[c];
                }
                double u = random.nextDouble() * sum;
                for (int c = 0; c < classes - 1 && u > p[c]; c++) {
                    u -= p[c];
                    labels[row] = c + 1;
                }
            }
            assertThat(Calibration.fit(logits, labels, rows, classes).temperature())
                    .isCloseTo(temperature, within(temperature * 0.03));
        }
    }

    /** Rows without a mistake have their likelihood's maximum at absolute certainty, which they do not prove. */
    @Test
    void fewRowsWithoutAMistakeAreNotCertainty() {
        int rows = 144;
        float[] logits = new float[rows * 10];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            labels[row] = row % 10;
            logits[row * 10 + row % 10] = 4 + row % 5;
        }
        Calibration calibration = Calibration.fit(logits, labels, rows, 10);
        assertThat(calibration.temperature()).isBetween(0.4, 0.9);
        assertThat(calibration.smoothing()).isLessThan(1e-3);
        float[] all = {5, 0, 5, 0, 5, 0};
        assertThat(Calibration.fit(all, new int[] {0, 0, 0}, 3, 2).temperature())
                .isBetween(0.9, 1.0);
        Calibration wrong = Calibration.fit(all, new int[] {1, 1, 1}, 3, 2);
        assertThat(wrong.temperature()).isBetween(1.0, 20.0);
        assertThat(Calibration.fit(new float[0], new int[0], 0, 2)).isEqualTo(Calibration.NONE);
    }

    /** Of labels drawn at a temperature of 1, a tenth is replaced by any class: that is a smoothing of 0.1. */
    @Test
    void findsTheShareOfLabelsThatAreMistakes() {
        SplittableRandom random = new SplittableRandom(12);
        int rows = 20_000;
        float[] logits = new float[rows * 3];
        int[] labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            double[] p = new double[3];
            for (int c = 0; c < 3; c++) {
                double z = random.nextDouble() * 12 - 6;
                logits[row * 3 + c] = (float) z;
                p[c] = Math.exp(z);
                sum += p[c];
            }
            double u = random.nextDouble() * sum;
            for (int c = 0; c < 2 && u > p[c]; c++) {
                u -= p[c];
                labels[row] = c + 1;
            }
            if (random.nextInt(10) == 0) {
                labels[row] = random.nextInt(3);
            }
        }
        Calibration calibration = Calibration.fit(logits, labels, rows, 3);
        assertThat(calibration.smoothing()).isCloseTo(0.1, within(0.015));
        assertThat(calibration.temperature()).isCloseTo(1, within(0.08));
    }

    @Test
    void intervalTakesCorrectedQuantiles() {
        double[] residuals = new double[39];
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] = 20 - i; // 20 down to -18
        }
        // ranks floor(40 · 0.05) = 2 and ceil(40 · 0.95) = 38 of -18 … 20
        assertThat(PredictionInterval.of(residuals)).isEqualTo(new PredictionInterval(-17, 19));
        assertThat(PredictionInterval.of(new double[] {3, -1})).isEqualTo(new PredictionInterval(-3, 3));
        assertThat(PredictionInterval.of(new double[] {2})).isEqualTo(new PredictionInterval(-2, 2));
        assertThat(PredictionInterval.of(new double[0])).isEqualTo(new PredictionInterval(0, 0));
    }

    /** Skewed residuals: nine in ten are covered in the mean over samples of any size that allows it. */
    @ParameterizedTest
    @ValueSource(ints = {9, 12, 18, 19, 25, 60, 300})
    void intervalCoversNineRowsInTen(int size) {
        SplittableRandom random = new SplittableRandom(5);
        int covered = 0;
        int tests = 0;
        for (int round = 0; round < 2000; round++) {
            double[] residuals =
                    random.doubles(size).map(u -> Math.exp(3 * u) - 3).toArray();
            PredictionInterval interval = PredictionInterval.of(residuals);
            for (int i = 0; i < 20; i++, tests++) {
                double value = Math.exp(3 * random.nextDouble()) - 3;
                covered += value >= interval.low() && value <= interval.high() ? 1 : 0;
            }
        }
        assertThat((double) covered / tests).isBetween(0.89, 0.96);
    }
}
