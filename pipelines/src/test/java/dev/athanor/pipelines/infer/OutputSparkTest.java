package dev.athanor.pipelines.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two runs that write to one folder. */
class OutputSparkTest extends SparkTestSession {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void theSlowerOfTwoRunsIsRefusedAndTheFasterKeepsItsRows(String format) throws Exception {
        for (String mode : new String[] {"error", "append"}) {
            Output fast = open(format, mode, mode);
            Output slow = open(format, mode, mode);
            fast.write(rows(0, 10));
            assertThatThrownBy(() -> slow.write(rows(100, 130)))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("another run wrote it meanwhile");
            assertThat(read(format, mode).count()).isEqualTo(10);
        }
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("error", "append");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void overwritingPutsTheNewInPlaceOfTheOld(String format) throws Exception {
        open(format, "out", "error").write(rows(0, 10));
        open(format, "out", "overwrite").write(rows(100, 130));
        assertThat(read(format, "out").selectExpr("min(id)", "count(*)").first().mkString(" "))
                .isEqualTo("100 30");
        // Opened before there was anything, and another program's files came there since.
        Output late = open(format, "late", "overwrite");
        Files.writeString(Files.createDirectory(folder.resolve("late")).resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> late.write(rows(0, 10))).hasMessageContaining("was not written by a job");
        assertThat(folder.resolve("late/mine.txt")).content().isEqualTo("mine");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("out", "late");
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void anEmptyFolderIsFilled(String format) throws Exception {
        Files.createDirectory(folder.resolve("empty"));
        open(format, "empty", "error").write(rows(0, 10));
        open(format, "empty", "append").write(rows(10, 15));
        assertThat(read(format, "empty").count()).isEqualTo(15);
    }

    @Test
    void oneFolderHoldsOneFormat() throws Exception {
        open("parquet", "one", "error").write(rows(0, 10));
        refused("and csv files are to be written", "csv", "one", "append");
        open("parquet", "one", "append").write(rows(10, 15));
        assertThat(read("parquet", "one").count()).isEqualTo(15);
        open("csv", "one", "overwrite").write(rows(0, 3));
        open("csv", "one", "append").write(rows(3, 5));
    }

    @Test
    void whatNoJobWroteIsLeftAlone() throws Exception {
        Path file = Files.writeString(folder.resolve("notes.txt"), "mine");
        Path picture = Files.writeString(
                Files.createDirectory(folder.resolve("pictures")).resolve("cat.png"), "cat");
        for (String mode : List.of("error", "overwrite", "append")) {
            refused("it is a file, and predictions are written as a folder", "parquet", "notes.txt", mode);
        }
        for (String mode : List.of("overwrite", "append")) {
            for (String format : List.of("parquet", "delta")) {
                refused("the folder was not written by a job", format, "pictures", mode);
            }
        }
        assertThat(file).content().isEqualTo("mine");
        assertThat(picture.getParent().toFile().list()).containsExactly("cat.png");
    }

    @Test
    void theWarehouseIsLeftAlone() throws Exception {
        spark().sql("CREATE TABLE kept_by_output USING delta AS SELECT 1 AS a");
        Path link = Files.createSymbolicLink(folder.resolve("link"), warehouse());
        for (String mode : List.of("error", "overwrite", "append")) {
            for (Path place : List.of(
                    warehouse(),
                    warehouse().resolve("default/kept_by_output"),
                    warehouse().resolve("default/new_folder"),
                    folder.resolve("x/../link/default/new_folder"),
                    link.resolve("default/kept_by_output"))) {
                refused("it is inside the warehouse", "delta", place.toString(), mode);
            }
        }
        assertThat(spark().table("kept_by_output").first().getInt(0)).isEqualTo(1);
    }

    @Test
    void aDeltaTableAndFilesAreNotMixed() throws Exception {
        open("delta", "table", "error").write(rows(0, 3));
        open("parquet", "files", "error").write(rows(0, 3));
        for (String mode : List.of("overwrite", "append")) {
            refused("it is a Delta table", "parquet", "table", mode);
            refused("it holds files of another format", "delta", "files", mode);
        }
        assertThat(read("delta", "table").count()).isEqualTo(3);
    }

    @Test
    void whatIsReadIsNotOverwritten() throws Exception {
        spark().sql("CREATE TABLE read_and_written USING delta AS SELECT id FROM range(3)");
        spark().sql("CREATE OR REPLACE TEMPORARY VIEW seen_and_written AS SELECT id FROM read_and_written");
        Output table = Output.Table.open("default.Read_And_Written", "overwrite", spark());
        for (String source : List.of("read_and_written", "seen_and_written")) {
            assertThatThrownBy(() -> table.refuseSource(spark().table(source)))
                    .isInstanceOf(AthanorException.class)
                    .hasMessage("Cannot overwrite table default.Read_And_Written: the rows to predict are read from it."
                            + " Write to another table with --into.");
        }
        open("parquet", "in place", "error").write(rows(0, 3));
        Output files = open("parquet", "in place", "overwrite");
        assertThatThrownBy(() -> files.refuseSource(read("parquet", "in place")))
                .hasMessageContaining("the rows to predict are read from it");
        files.refuseSource(spark().table("read_and_written"));
        table.refuseSource(read("parquet", "in place"));
        Output.Table.open("read_and_written", "append", spark()).refuseSource(spark().table("read_and_written"));
    }

    @Test
    void thePlatformsTablesAreNoTargets() {
        for (String name :
                List.of("athanor.mine", "athanor.models", "`Athanor`.runs", "spark_catalog.athanor.models")) {
            assertThatThrownBy(() -> Output.Table.open(name, "append", spark()))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("the database athanor holds the platform's own tables");
        }
    }

    private void refused(String message, String format, String name, String mode) {
        assertThatThrownBy(() -> open(format, name, mode).write(rows(0, 1)))
                .as("%s %s %s", format, name, mode)
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
    }

    private Output open(String format, String name, String mode) {
        return Output.Files.open(folder.resolve(name).toString(), format, mode, spark());
    }

    private Dataset<Row> read(String format, String name) {
        return spark().read().format(format).load(folder.resolve(name).toString());
    }

    private static Dataset<Row> rows(long from, long to) {
        return spark().range(from, to).toDF();
    }
}
