package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.nn.Batches;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleStoreTest {
    private static final InputLayout LAYOUT = new InputLayout(
            3,
            new InputLayout.ImageShape(4, 4, 1),
            List.of(new InputLayout.BagShape("t", 40), new InputLayout.BagShape("u", 7)));

    @TempDir
    private Path directory;

    /** Rows that carry their number as target. */
    private static EncodedBatch rows(int n) {
        EncodedBatch batch = Batches.random(LAYOUT, n, 3, new SplittableRandom(1));
        for (int r = 0; r < n; r++) {
            batch.targets().floats()[r] = r;
        }
        return batch;
    }

    private ExampleStore store(EncodedBatch rows, long memory) {
        ExampleStore store = new ExampleStore(LAYOUT, memory, directory);
        store.append(rows);
        store.finish();
        return store;
    }

    private static List<Integer> read(EpochReader reader, int batchRows, EncodedBatch original) {
        EncodedBatch batch = new EncodedBatch(LAYOUT, batchRows);
        EncodedBatch expected = new EncodedBatch(LAYOUT, 1);
        EncodedBatch actual = new EncodedBatch(LAYOUT, 1);
        List<Integer> numbers = new ArrayList<>();
        while (reader.next(batchRows)) {
            reader.fill(batch, 0, reader.rows(), null);
            for (int r = 0; r < reader.rows(); r++) {
                int number = (int) batch.targets().floats()[r];
                numbers.add(number);
                Batches.copyRow(original, number, expected);
                Batches.copyRow(batch, r, actual);
                assertSame(actual, expected);
            }
        }
        return numbers;
    }

    private static void assertSame(EncodedBatch a, EncodedBatch b) {
        assertThat(a.dense().toFloats()).isEqualTo(b.dense().toFloats());
        assertThat(a.image().toFloats()).isEqualTo(b.image().toFloats());
        assertThat(a.labels().ints()[0]).isEqualTo(b.labels().ints()[0]);
        assertThat(a.weights().floats()[0]).isEqualTo(b.weights().floats()[0]);
        for (int i = 0; i < 2; i++) {
            int n = a.bag(i).size();
            assertThat(n).isEqualTo(b.bag(i).size());
            assertThat(Arrays.copyOf(a.bag(i).indices().ints(), n))
                    .isEqualTo(Arrays.copyOf(b.bag(i).indices().ints(), n));
            assertThat(Arrays.copyOf(a.bag(i).weights().floats(), n))
                    .isEqualTo(Arrays.copyOf(b.bag(i).weights().floats(), n));
        }
    }

    @Test
    void deliversEveryRowOnceInAnOrderThatDependsOnSeedAndEpochAlone() {
        EncodedBatch rows = rows(2500);
        try (ExampleStore memory = store(rows, Long.MAX_VALUE);
                ExampleStore mixed = store(rows, 200_000);
                ExampleStore disk = store(rows, 0)) {
            assertThat(memory.spilledBytes()).isZero();
            assertThat(mixed.spilledBytes()).isPositive().isLessThan(disk.spilledBytes());
            List<Integer> all = IntStream.range(0, 2500).boxed().toList();
            assertThat(read(memory.inOrder(), 100, rows)).isEqualTo(all);
            assertThat(read(disk.inOrder(), 333, rows)).isEqualTo(all);
            List<Integer> previous = all;
            for (int epoch = 1; epoch <= 3; epoch++) {
                List<Integer> order = read(memory.shuffled(9, epoch), 64, rows);
                assertThat(order).containsExactlyInAnyOrderElementsOf(all).isNotEqualTo(previous);
                assertThat(read(mixed.shuffled(9, epoch), 64, rows)).isEqualTo(order);
                assertThat(read(disk.shuffled(9, epoch), 64, rows)).isEqualTo(order);
                assertThat(read(disk.shuffled(10, epoch), 64, rows)).isNotEqualTo(order);
                previous = order;
            }
        }
    }

    @Test
    void oneReaderServesEpochAfterEpoch() {
        EncodedBatch rows = rows(1300);
        try (ExampleStore disk = store(rows, 0)) {
            EpochReader reader = disk.shuffled(4, 1);
            for (int epoch = 1; epoch <= 3; epoch++) {
                reader.restart(4, epoch);
                assertThat(read(reader, 97, rows)).isEqualTo(read(disk.shuffled(4, epoch), 97, rows));
            }
        }
    }

    @Test
    void trainsOnTheFirstRowsWhileTheLastAreStillToCome() throws Exception {
        InputLayout narrow = new InputLayout(1, null, List.of());
        EncodedBatch rows = new EncodedBatch(narrow, 512);
        rows.setRows(512);
        try (ExampleStore store = new ExampleStore(narrow, Long.MAX_VALUE, directory)) {
            for (int i = 0; i < 32; i++) {
                store.append(rows);
            }
            EpochReader reader = store.shuffled(1, 1);
            assertThat(CompletableFuture.supplyAsync(() -> reader.next(64)).get(10, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(store.isFinished()).isFalse();
            while (reader.rows() > 0 && store.rows() == 32 * 512) {
                if (!reader.next(64)) {
                    break;
                }
                store.append(rows);
            }
            store.finish();
            long seen = 0;
            EpochReader all = store.shuffled(1, 1);
            while (all.next(64)) {
                seen += all.rows();
            }
            assertThat(seen).isEqualTo(store.rows());
        }
    }

    @Test
    void timingDoesNotChangeTheFirstEpoch() throws Exception {
        EncodedBatch rows = rows(2000);
        List<Integer> expected;
        try (ExampleStore store = store(rows, Long.MAX_VALUE)) {
            expected = read(store.shuffled(3, 1), 50, rows);
        }
        try (ExampleStore store = new ExampleStore(LAYOUT, 100_000, directory)) {
            CompletableFuture<List<Integer>> reading =
                    CompletableFuture.supplyAsync(() -> read(store.shuffled(3, 1), 50, rows));
            for (int r = 0; r < 2000; r++) {
                store.append(rows, r);
                if (r % 500 == 499) {
                    Thread.sleep(5);
                }
            }
            store.finish();
            assertThat(reading.get(10, TimeUnit.SECONDS)).isEqualTo(expected);
        }
    }

    @Test
    void leavesOutRowsWithAnError() {
        EncodedBatch rows = rows(10);
        rows.setError(4, "Cannot read image: truncated");
        try (ExampleStore store = store(rows, Long.MAX_VALUE)) {
            assertThat(store.awaitRows()).isEqualTo(9);
            assertThat(read(store.inOrder(), 4, rows)).doesNotContain(4).hasSize(9);
        }
    }

    @Test
    void anErrorOfTheFeederReachesTheReader() {
        try (ExampleStore store = new ExampleStore(LAYOUT, Long.MAX_VALUE, directory)) {
            store.fail(new IOException("executor lost"));
            assertThatThrownBy(() -> store.inOrder().next(1))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot feed training: executor lost");
            assertThat(store.isFinished()).isFalse();
        }
        AthanorException known = new AthanorException("Cannot read table", "it is gone", "Make it again");
        try (ExampleStore store = new ExampleStore(LAYOUT, Long.MAX_VALUE, directory)) {
            store.fail(known);
            assertThatThrownBy(store::awaitRows).isSameAs(known);
        }
        OutOfMemoryError full = new OutOfMemoryError("Java heap space");
        try (ExampleStore store = new ExampleStore(LAYOUT, Long.MAX_VALUE, directory)) {
            store.fail(full);
            assertThatThrownBy(store::awaitRows).isSameAs(full);
        }
    }

    @Test
    void closingStopsTheFeederAndRemovesTheFile() throws IOException {
        EncodedBatch rows = rows(600);
        ExampleStore store = store(rows, 0);
        assertThat(store.spilledBytes()).isPositive();
        store.close();
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
        ExampleStore closed = new ExampleStore(LAYOUT, 0, directory);
        closed.close();
        assertThatThrownBy(() -> closed.append(rows)).isInstanceOf(CancellationException.class);
    }

    @Test
    void saysWhereItCannotSpill() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        try (ExampleStore store = new ExampleStore(LAYOUT, 0, file.resolve("below"))) {
            assertThatThrownBy(() -> store.append(rows(512)))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot spill training rows to " + file.resolve("below"))
                    .hasMessageContaining("choose another spill directory");
        }
    }
}
