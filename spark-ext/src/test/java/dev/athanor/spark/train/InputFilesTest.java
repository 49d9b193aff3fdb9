package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFilesTest {
    private static final FileTime THEN = FileTime.fromMillis(1_700_000_000_000L);

    @TempDir
    private Path folder;

    private Path first;
    private Path second;

    @BeforeEach
    void write() throws IOException {
        first = write("a b#1%.csv", "1,2\n");
        second = write("in/c.csv", "3,4\n");
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        return Files.setLastModifiedTime(file, THEN);
    }

    private static InputFiles of(Path... files) throws IOException {
        FileSystem local = FileSystem.getLocal(new Configuration());
        List<FileStatus> found = new ArrayList<>();
        for (Path file : files) {
            found.add(local.getFileStatus(new org.apache.hadoop.fs.Path(file.toUri())));
        }
        return InputFiles.of(found);
    }

    @Test
    void theSameFilesInAnyOrderAreTheSame() throws IOException {
        InputFiles files = of(first, second);
        assertThat(files).isEqualTo(of(second, first)).isEqualTo(of(first, second, first));
        assertThat(files.described()).isEqualTo("2 files of 8 bytes, the last changed at 2023-11-14T22:13:20Z");
        assertThat(of(first).described()).isEqualTo("1 file of 4 bytes, changed at 2023-11-14T22:13:20Z");
        assertThat(of()).isNull();
    }

    @Test
    void lengthTimeAndPathCount() throws IOException {
        InputFiles before = of(first, second);
        write("in/c.csv", "3,45\n");
        assertThat(of(first, second)).isNotEqualTo(before);
        write("in/c.csv", "9,9\n");
        assertThat(of(first, second)).as("what is in them is not read").isEqualTo(before);
        Files.setLastModifiedTime(second, FileTime.fromMillis(THEN.toMillis() - 1));
        assertThat(of(first, second)).isNotEqualTo(before);
        Path moved = Files.move(second, folder.resolve("in/d.csv"));
        Files.setLastModifiedTime(moved, THEN);
        assertThat(of(first, moved)).isNotEqualTo(before);
    }
}
