package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EpochProgressTest {
    @Test
    void theTimeLeftFollowsFromTheRowsOfThisAttemptAlone() throws InterruptedException {
        List<TrainProgress> told = new ArrayList<>();
        TrainListener listener = new TrainListener() {
            @Override
            public void onProgress(TrainProgress progress) {
                told.add(progress);
            }

            @Override
            public void onEpoch(EpochMetrics epoch) {}

            @Override
            public boolean cancelled() {
                return false;
            }
        };
        // A resumed run begins in its third epoch: 2,000 rows were another attempt's.
        EpochProgress resumed = new EpochProgress(listener, 3, 4, 1000);
        long begin = System.nanoTime();
        resumed.add(200, 1, 1);
        Thread.sleep(300);
        resumed.add(200, 1, 1);
        double elapsed = (System.nanoTime() - begin) / 1e9;
        assertThat(told).singleElement().satisfies(p -> {
            assertThat(p.rowsSeen()).isEqualTo(2400);
            assertThat(p.rowsPlanned()).isEqualTo(4000);
            assertThat(p.rowsPerSecond()).isBetween(400 / (elapsed + 0.1), 400 / 0.3);
            assertThat(p.secondsLeft()).isCloseTo(1600 / p.rowsPerSecond(), within(1e-9));
        });
    }
}
