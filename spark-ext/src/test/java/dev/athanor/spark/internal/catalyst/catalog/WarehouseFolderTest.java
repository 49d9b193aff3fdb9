package dev.athanor.spark.internal.catalyst.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the warehouse ends. */
class WarehouseFolderTest {
    @TempDir
    private java.nio.file.Path disk;

    private java.nio.file.Path outside;
    private String wh;
    private WarehouseFolder folder;

    @BeforeEach
    void folders() throws IOException {
        outside = Files.createDirectories(disk.resolve("out"));
        Files.writeString(outside.resolve("kept.txt"), "kept");
        Files.createDirectories(disk.resolve("wh/d/t"));
        Files.createSymbolicLink(disk.resolve("wh/door"), disk.resolve("out"));
        wh = "file:" + disk.resolve("wh");
        folder = new WarehouseFolder(new Path(wh), new Configuration());
    }

    private boolean contains(String uri) {
        return folder.contains(new Path(URI.create(uri)));
    }

    @Test
    void whatLiesInIt() {
        for (String place :
                List.of("/d", "/d/", "/d/t", "/x/y/z", "/d/../e", "/d/a%20b", "/d/100%25", "/d/..t", "/d/...")) {
            assertThat(contains(wh + place)).as(place).isTrue();
        }
        assertThat(contains(disk.resolve("wh/d").toString())).isTrue();
        assertThat(contains("file://" + disk.resolve("wh/d"))).isTrue();
    }

    @Test
    void whatDoesNot() {
        for (String place : List.of(
                "",
                "/",
                "/%2e",
                "/%2f",
                "/../out",
                "/%2e%2e/out",
                "/%2E%2E/out",
                "/.%2e/out",
                "/d/%2e%2e/%2e%2e/out",
                "/..%2fout",
                "/d%2f..%2f..%2fout",
                "/door/x",
                "/door/%2e%2e/x",
                "/d/%00",
                "-other/d")) {
            assertThat(contains(wh + place)).as(place).isFalse();
        }
        assertThat(contains("file:d")).isFalse();
        assertThat(contains("d")).isFalse();
        assertThat(contains("file://host" + disk.resolve("wh/d"))).isFalse();
        assertThat(contains("hdfs://host" + disk.resolve("wh/d"))).isFalse();
    }

    @Test
    void whatIsOutsideIsNotRemoved() {
        for (String place : List.of("/%2e%2e/out", "/door", "/d/%2e%2e/door")) {
            assertThatThrownBy(() -> folder.remove(new Path(URI.create(wh + place)), "table t"))
                    .as(place)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot drop table t: its folder")
                    .hasMessageContaining("lies outside the warehouse " + wh);
        }
        assertThat(outside.resolve("kept.txt")).exists();
        folder.remove(new Path(wh + "/d/t"), "table t");
        assertThat(disk.resolve("wh/d/t")).doesNotExist();
    }

    @Test
    void aPathWithoutAFileSystemIsOnTheDefaultOne() {
        Configuration conf = new Configuration();
        conf.set("fs.defaultFS", "hdfs://main:8020");
        WarehouseFolder local = new WarehouseFolder(new Path(wh), conf);
        String path = disk.resolve("wh/d").toString();
        assertThat(local.contains(new Path(path))).isFalse();
        assertThat(local.contains(new Path("file:" + path))).isTrue();
        assertThat(local.isSame(new Path(path), new Path("hdfs://main:8020" + path)))
                .isTrue();
        assertThat(local.isSame(new Path("hdfs:" + path), new Path("hdfs://main:8020" + path)))
                .isTrue();
        assertThat(local.isSame(new Path("hdfs://other:8020" + path), new Path("hdfs://main:8020" + path)))
                .isFalse();
        assertThat(local.isSame(new Path("file:" + path), new Path(path))).isFalse();
        assertThat(folder.isSame(new Path(path), new Path("file:" + path))).isTrue();
    }
}
