package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NumberedFilesTest {
    @TempDir
    private java.nio.file.Path folder;

    @Test
    void onlyFilesOfTheNameCountAndTheNewestStays() throws Exception {
        NumberedFiles numbered = new NumberedFiles(new Path(folder.toString()), new Stubborn(), "rows", ".json");
        for (String other : List.of("rows-0000000009-json", "rows-9.json", "browse-0000000009.json", "other")) {
            Files.writeString(folder.resolve(other), "?");
        }
        assertThat(numbered.newest()).isEmpty();
        numbered.write(out -> out.write(1));
        numbered.write(out -> out.write(2));
        assertThat(numbered.newest().orElseThrow().getName()).isEqualTo("rows-0000000002.json");
        assertThat(names()).hasSize(5).contains("rows-0000000002.json");
    }

    @Test
    void whatCouldNotBeFinishedIsDeletedAndTheOneBeforeStays() throws Exception {
        Stubborn files = new Stubborn();
        NumberedFiles numbered = new NumberedFiles(new Path(folder.toString()), files, "checkpoint", "");
        numbered.write(out -> out.write(1));
        files.refuses = true;
        assertThatThrownBy(() -> numbered.write(out -> out.write(2)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("checkpoint-0000000002: renaming ")
                .hasMessageEndingWith(".part to it was refused");
        assertThat(names()).containsExactly("checkpoint-0000000001");
        assertThatThrownBy(() -> numbered.write(out -> {
                    throw new IOException("disk full");
                }))
                .hasMessage("disk full");
        assertThat(names()).containsExactly("checkpoint-0000000001");
        files.keeps = true;
        assertThatThrownBy(() -> numbered.write(out -> {
                    throw new IOException("disk full");
                }))
                .as("the cause is not hidden by what it leads to")
                .hasMessage("disk full")
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("kept"));
    }

    @Test
    void anOldFileThatStaysDoesNotFailTheWriteAndGoesLater() throws Exception {
        Stubborn files = new Stubborn();
        NumberedFiles numbered = new NumberedFiles(new Path(folder.toString()), files, "checkpoint", "");
        numbered.write(out -> out.write(1));
        files.keeps = true;
        numbered.write(out -> out.write(2));
        assertThat(numbered.newest().orElseThrow().getName()).isEqualTo("checkpoint-0000000002");
        assertThat(names()).hasSize(2);
        files.keeps = false;
        numbered.write(out -> out.write(3));
        assertThat(names()).containsExactly("checkpoint-0000000003");
    }

    private List<String> names() throws IOException {
        try (Stream<java.nio.file.Path> files = Files.list(folder)) {
            return files.map(p -> p.getFileName().toString()).toList();
        }
    }

    /** Refuses to rename or to delete. */
    private static final class Stubborn extends RawLocalFileSystem {
        private boolean refuses;
        private boolean keeps;

        Stubborn() throws IOException {
            initialize(URI.create("file:///"), new Configuration());
        }

        @Override
        public boolean rename(Path from, Path to) throws IOException {
            return !refuses && super.rename(from, to);
        }

        @Override
        public boolean delete(Path path, boolean recursive) throws IOException {
            if (keeps) {
                throw new IOException("kept");
            }
            return super.delete(path, recursive);
        }
    }
}
