package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.NetworkChoice;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.Rows;
import dev.athanor.engine.table.TableProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same rows, split and errors, however many threads encode. */
@Timeout(60)
class RowFeederTest {
    private static final List<ColumnSpec> FEATURES =
            List.of(Rows.string("title"), Rows.number("x"), Rows.vector("v"), Rows.string("kind"));
    private static final ColumnSpec LABEL = Rows.string("y");
    private static final String[] WORDS = "fears for pension after talks unions say they are stricken".split(" ");

    @TempDir
    private Path folder;

    @AfterEach
    void noThreadIsLeft() {
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith("athanor-encoder-"));
    }

    private static List<Object[]> rows(int n) {
        SplittableRandom random = new SplittableRandom(5);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            StringBuilder title = new StringBuilder("no " + i);
            for (int w = random.nextInt(30); w > 0; w--) {
                title.append(' ').append(WORDS[random.nextInt(WORDS.length)]);
            }
            rows.add(Rows.row(
                    title.toString(),
                    i % 9 == 0 ? null : random.nextDouble(),
                    new float[] {i, random.nextInt(5)},
                    "k" + random.nextInt(40),
                    i % 17 == 3 ? null : "c" + random.nextInt(3)));
        }
        return rows;
    }

    /** What both stores hold after feeding, bit for bit. */
    private List<Object> fed(TableProfile profile, RowSource source, int encoders) {
        EncoderPlan plan =
                EncoderPlan.of(profile, NetworkChoice.of(profile, "auto").network());
        RowSplit split = RowSplit.of(profile.rows(), 0.2, 3);
        try (ExampleStore train = new ExampleStore(plan.layout(), 1 << 20, folder);
                ExampleStore validation = new ExampleStore(plan.layout(), 1 << 20, folder)) {
            new RowFeeder(profile, plan, source, split, true, encoders, train, validation).run();
            List<Object> all = new ArrayList<>();
            contents(train, all);
            contents(validation, all);
            return all;
        }
    }

    private static void contents(ExampleStore store, List<Object> into) {
        int rows = (int) store.awaitRows();
        EncodedBatch batch = new EncodedBatch(store.layout(), rows);
        EpochReader reader = store.inOrder();
        assertThat(reader.next(rows)).isTrue();
        assertThat(reader.rows()).isEqualTo(rows);
        reader.fill(batch, 0, rows, null);
        into.add(rows);
        into.add(ints(batch.dense().toFloats()));
        into.add(ints(batch.weights().toFloats()));
        into.add(ints(Arrays.copyOf(batch.labels().ints(), rows)));
        for (int i = 0; i < store.layout().bags().size(); i++) {
            EncodedBatch.Bag bag = batch.bag(i);
            into.add(ints(Arrays.copyOf(bag.indices().ints(), bag.size())));
            into.add(ints(Arrays.copyOf(bag.weights().floats(), bag.size())));
            into.add(ints(Arrays.copyOf(bag.offsets().ints(), rows + 1)));
        }
    }

    private static List<Integer> ints(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<Integer> ints(float[] values) {
        List<Integer> bits = new ArrayList<>();
        for (float value : values) {
            bits.add(Float.floatToRawIntBits(value));
        }
        return bits;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 8})
    void manyEncodersFeedWhatOneDoes(int encoders) {
        List<Object[]> rows = rows(5000);
        TableProfile profile = Training.profile(FEATURES, LABEL, rows);
        List<Object> one = fed(profile, Training.source(rows), 1);
        List<Object> many = fed(profile, Training.source(rows), encoders);
        assertThat((int) one.get(0)).isBetween(3500, 4000);
        assertThat(many).hasSameSizeAs(one).hasSizeGreaterThan(8);
        for (int i = 0; i < one.size(); i++) {
            assertThat(many.get(i).equals(one.get(i))).as("part %d", i).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theFirstBadRowIsNamedThoughMoreGoesWrongAfterIt(int encoders) {
        List<Object[]> good = rows(3000);
        TableProfile profile = Training.profile(FEATURES, LABEL, good);
        List<Object[]> bad = new ArrayList<>(good);
        for (int at : new int[] {700, 1300}) {
            Object[] row = good.get(at).clone();
            row[2] = new float[] {1};
            row[4] = "c0";
            bad.set(at, row);
        }
        long before =
                good.subList(0, 700).stream().filter(row -> row[4] != null).count();
        RowSource inner = Training.source(bad);
        RowSource source = new RowSource() {
            private int read;

            @Override
            public boolean next(RowBatch into) throws IOException {
                if (read >= 1000) {
                    throw new IOException("the disk went away");
                }
                boolean any = inner.next(into);
                read += into.rows();
                return any;
            }
        };
        assertThatThrownBy(() -> fed(profile, source, encoders))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot train model: row " + (before + 1)
                        + " of those with a label cannot be encoded: column v has 1" + " values, not 2.");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void aSourceThatFailsIsTheError(int encoders) {
        List<Object[]> rows = rows(600);
        TableProfile profile = Training.profile(FEATURES, LABEL, rows);
        RowSource inner = Training.source(rows);
        assertThatThrownBy(() -> fed(
                        profile,
                        into -> {
                            if (!inner.next(into)) {
                                throw new IOException("the disk went away");
                            }
                            return true;
                        },
                        encoders))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot feed training: the disk went away");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void anInterruptionEndsIt(int encoders) throws Exception {
        List<Object[]> rows = rows(600);
        TableProfile profile = Training.profile(FEATURES, LABEL, rows);
        EncoderPlan plan =
                EncoderPlan.of(profile, NetworkChoice.of(profile, "auto").network());
        CountDownLatch fed = new CountDownLatch(1);
        RowSource endless = into -> {
            Training.source(rows).next(into);
            fed.countDown();
            return true;
        };
        try (ExampleStore train = new ExampleStore(plan.layout(), 1 << 20, folder);
                ExampleStore validation = new ExampleStore(plan.layout(), 1 << 20, folder)) {
            RowSplit split = RowSplit.of(profile.rows(), 0.2, 3);
            Thread thread = new Thread(
                    new RowFeeder(profile, plan, endless, split, false, encoders, train, validation), "feeds");
            thread.start();
            fed.await();
            thread.interrupt();
            thread.join();
            assertThat(train.isFinished()).isFalse();
            assertThatThrownBy(train::awaitRows).hasMessageContaining("no more rows are wanted");
        }
    }

    @Test
    void longTextsAreEncodedFewAtATime() {
        assertThat(rowsAtATime(40)).isEqualTo(256);
        assertThat(rowsAtATime(60_000)).isBetween(1, 4);
    }

    private int rowsAtATime(int length) {
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String title = (i + " " + String.join(" ", WORDS) + " ").repeat(length / 60 + 1);
            rows.add(Rows.row(title, 1.0, new float[] {i, 1}, "k" + i % 3, "c" + i % 2));
        }
        TableProfile profile = Training.profile(FEATURES, LABEL, rows);
        RowSource source = Training.source(rows);
        AtomicInteger capacity = new AtomicInteger();
        fed(
                profile,
                into -> {
                    capacity.set(into.capacity());
                    return source.next(into);
                },
                3);
        return capacity.get();
    }

    @Test
    void encodersFollowTheThreadsAndTheMemory() {
        assertThat(encoders(1, 1L << 40)).isEqualTo(1);
        assertThat(encoders(2, 1L << 40)).isEqualTo(1);
        assertThat(encoders(4, 1L << 40)).isEqualTo(2);
        assertThat(encoders(64, 1L << 40)).isEqualTo(8);
        assertThat(encoders(64, 300L << 20)).isEqualTo(2);
        assertThat(encoders(64, 1)).isEqualTo(1);
    }

    private int encoders(int threads, long memory) {
        return TableTrainer.encoders(
                new TrainOptions("auto", 1, 0, 0, OptimizerKind.ADAMW, 0.1, 1, false, threads, folder, memory));
    }
}
