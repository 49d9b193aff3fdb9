package dev.athanor.pipelines.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
