package dev.athanor.spark.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicLocalLogStoreTest {
    private static final Configuration HADOOP = new Configuration();

    @TempDir
    private java.nio.file.Path folder;

    private Path file(String name) {
        return new Path(folder.resolve(name).toUri());
    }

    private static void write(Path path, String text, boolean overwrite) throws IOException {
        // A store of its own per call, as another process would have: they share the disk only.
        new AtomicLocalLogStore(HADOOP).write(path, List.of(text).iterator(), overwrite, HADOOP);
    }

    @Test
    void ofManyWritersOfOneCommitOneWins() throws Exception {
        int writers = 4;
        int commits = 200;
        CyclicBarrier start = new CyclicBarrier(writers);
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<List<Integer>>> won = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                String name = "writer " + w;
                won.add(threads.submit(() -> {
                    List<Integer> mine = new ArrayList<>();
                    for (int c = 0; c < commits; c++) {
                        start.await();
                        try {
                            write(file(c + ".json"), name, false);
                            mine.add(c);
                        } catch (FileAlreadyExistsException e) {
                            assertThat(e).hasMessageContaining(c + ".json");
                        }
                    }
                    return mine;
                }));
            }
            int total = 0;
            for (int w = 0; w < writers; w++) {
                for (int c : won.get(w).get()) {
                    assertThat(Files.readString(folder.resolve(c + ".json"))).isEqualTo("writer " + w + "\n");
                    total++;
                }
            }
            assertThat(total).isEqualTo(commits);
        } finally {
            threads.shutdownNow();
        }
        try (var left = Files.list(folder)) {
            assertThat(left.filter(p -> p.toString().endsWith(".tmp"))).isEmpty();
        }
    }

    @Test
    void overwritingReplacesAndOtherwiseRefuses() throws Exception {
        write(file("_last_checkpoint"), "one", true);
        write(file("_last_checkpoint"), "two", true);
        assertThat(Files.readString(folder.resolve("_last_checkpoint"))).isEqualTo("two\n");
        assertThatThrownBy(() -> write(file("_last_checkpoint"), "three", false))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThatThrownBy(() -> write(new Path(file("none"), "0.json"), "x", false))
                .isInstanceOf(FileNotFoundException.class);
        assertThat(new AtomicLocalLogStore(HADOOP).isPartialWriteVisible(file("x"), HADOOP))
                .isFalse();
    }
}
