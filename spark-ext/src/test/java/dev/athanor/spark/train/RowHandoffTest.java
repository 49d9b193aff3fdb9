package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RowHandoffTest {
    private static final ColumnSpec X = new ColumnSpec("x", ColumnKind.NUMBER, "double");

    private final RowHandoff handoff = new RowHandoff();
    private int served;

    @Test
    void passesEveryBatchInOrderAndReadsOnTheServingThread() throws Exception {
        Thread task = Thread.currentThread();
        RowSource rows = into -> {
            assertThat(Thread.currentThread()).isSameAs(task);
            into.clear();
            if (served == 1000) {
                return false;
            }
            into.numbers(0).append(served++);
            return true;
        };
        FutureTask<Double> trainer = start(() -> {
            RowBatch batch = new RowBatch(List.of(X), 1);
            double sum = 0;
            while (handoff.next(batch)) {
                sum += batch.numbers(0).value(0);
            }
            return sum;
        });
        handoff.serve(rows, trainer::isDone, () -> {});
        assertThat(trainer.get()).isEqualTo(999 * 1000 / 2.0);
    }

    @Test
    void aReadErrorReachesTheTrainer() throws Exception {
        FutureTask<Boolean> trainer = start(() -> handoff.next(new RowBatch(List.of(X), 1)));
        handoff.serve(
                into -> {
                    throw new IOException("bad block");
                },
                trainer::isDone,
                () -> {});
        assertThatThrownBy(trainer::get).rootCause().hasMessage("bad block");
    }

    @Test
    void stoppingTheTaskStopsATrainerThatWaits() throws Exception {
        FutureTask<Boolean> trainer = start(() -> {
            RowBatch batch = new RowBatch(List.of(X), 1);
            while (handoff.next(batch)) {
                served++;
            }
            return true;
        });
        assertThatThrownBy(() -> handoff.serve(
                        into -> {
                            into.clear();
                            into.numbers(0).append(1);
                            return true;
                        },
                        trainer::isDone,
                        () -> {
                            if (served > 10) {
                                throw new CancellationException("killed");
                            }
                        }))
                .hasMessage("killed");
        assertThatThrownBy(trainer::get).rootCause().hasMessage("reading was stopped");
    }

    private <T> FutureTask<T> start(java.util.concurrent.Callable<T> work) {
        FutureTask<T> future = new FutureTask<>(() -> {
            try {
                return work.call();
            } finally {
                handoff.wake();
            }
        });
        new Thread(future, "trainer").start();
        return future;
    }
}
