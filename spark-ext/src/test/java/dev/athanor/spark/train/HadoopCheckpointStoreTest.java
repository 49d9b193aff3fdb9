package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HadoopCheckpointStoreTest {
    @TempDir
    Path folder;

    private HadoopCheckpointStore store;

    @BeforeEach
    void open() throws IOException {
        store = new HadoopCheckpointStore(folder.resolve("run/1").toString(), new Configuration());
    }

    @Test
    void isEmptyUntilTheFirstSave() throws IOException {
        assertThat(store.latest()).isEmpty();
    }

    @Test
    void keepsTheNewestOnly() throws IOException {
        for (int i = 1; i <= 12; i++) {
            int value = i;
            store.save(out -> out.write(value));
            assertThat(read()).isEqualTo(value);
        }
        assertThat(visible()).containsExactly("checkpoint-0000000012");
        store.clear();
        assertThat(store.latest()).isEmpty();
    }

    @Test
    void aFailedSaveLeavesThePreviousOne() throws IOException {
        store.save(out -> out.write(7));
        assertThatThrownBy(() -> store.save(out -> {
                    out.write(8);
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(read()).isEqualTo(7);
        assertThat(visible()).containsExactly("checkpoint-0000000001");
    }

    @Test
    void anUnfinishedFileIsNoCheckpoint() throws IOException {
        store.save(out -> out.write(7));
        Files.writeString(folder.resolve("run/1/.checkpoint-x.part"), "half");
        assertThat(read()).isEqualTo(7);
    }

    private int read() throws IOException {
        try (InputStream in = store.latest().orElseThrow()) {
            return in.read();
        }
    }

    private List<String> visible() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("run/1"))) {
            return files.map(p -> p.getFileName().toString())
                    .filter(n -> !n.startsWith("."))
                    .toList();
        }
    }
}
