package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRowsTest {
    private static final TrainingRows BEFORE = new TrainingRows(3, 100, null);
    private static final TrainingRows AFTER =
            new TrainingRows(-1, 120, new InputFiles(2, 30, 1_700_000_000_000L, "ab"));

    @TempDir
    private java.nio.file.Path folder;

    @Test
    void theLastOnesCount() throws Exception {
        Path run = new Path(folder.resolve("run").toString());
        Mortal files = new Mortal();
        assertThat(TrainingRows.in(run, files)).isEmpty();
        BEFORE.keepIn(run, files);
        assertThat(TrainingRows.in(run, files)).contains(BEFORE);
        AFTER.keepIn(run, files);
        assertThat(TrainingRows.in(run, files)).contains(AFTER);
        assertThat(files.listStatus(run)).hasSize(1);
    }

    @Test
    void whereverItIsKilledTheOldOrTheNewAreThere() throws Exception {
        Mortal files = new Mortal();
        for (int steps = 0; steps < 2; steps++) {
            Path run = new Path(folder.resolve("run" + steps).toString());
            files.left = Integer.MAX_VALUE;
            BEFORE.keepIn(run, files);
            files.left = steps;
            if (steps == 0) {
                assertThatThrownBy(() -> AFTER.keepIn(run, files)).hasMessage("killed");
            } else {
                AFTER.keepIn(run, files); // only the old ones stay
            }
            assertThat(TrainingRows.in(run, files)).as("after %d steps", steps).contains(steps == 0 ? BEFORE : AFTER);
            files.left = Integer.MAX_VALUE;
            AFTER.keepIn(run, files);
            assertThat(TrainingRows.in(run, files)).contains(AFTER);
        }
    }

    /** A file system under which the process dies after some renames and deletions. */
    private static final class Mortal extends LocalFileSystem {
        private int left = Integer.MAX_VALUE;

        Mortal() throws IOException {
            initialize(URI.create("file:///"), new Configuration());
        }

        @Override
        public boolean rename(Path from, Path to) throws IOException {
            step();
            return super.rename(from, to);
        }

        @Override
        public boolean delete(Path path, boolean recursive) throws IOException {
            step();
            return super.delete(path, recursive);
        }

        private void step() throws IOException {
            if (left-- <= 0) {
                throw new IOException("killed");
            }
        }
    }
}
