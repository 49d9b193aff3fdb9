package dev.athanor.spark.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.TestPackages;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The platform's own tables may be read by all, and changed by its jobs alone. */
class PlatformGuardSparkTest extends SparkTestSession {
    private static final String ROWS = "SELECT * FROM athanor.models";

    @Test
    void statementsThatWriteAreRefused() throws Exception {
        ModelRegistry registry = DeltaModelRegistry.of(spark());
        try (ModelRegistry.Draft draft = registry.draft("guarded")) {
            TestPackages.fill(draft.files(), "weights");
            draft.register("guarded-run");
        }
        List<Row> before = sql(ROWS + " ORDER BY name, version");
        assertThat(before).isNotEmpty();
        sql("CREATE TABLE cloned AS SELECT 1 AS a");
        for (String table :
                List.of("athanor.models", "spark_catalog.athanor.models", "spark_catalog.`ATHANOR`.models")) {
            for (String statement : List.of(
                    "DELETE FROM %s",
                    "DELETE FROM %s WHERE name = 'guarded'",
                    "UPDATE %s SET digest = 'x'",
                    "INSERT INTO %s " + ROWS,
                    "INSERT OVERWRITE %s " + ROWS + " LIMIT 0",
                    "MERGE INTO %s AS t USING (" + ROWS + ") AS s ON t.name = s.name WHEN MATCHED THEN DELETE",
                    "TRUNCATE TABLE %s",
                    "ALTER TABLE %s ADD COLUMN more STRING",
                    "ALTER TABLE %s SET TBLPROPERTIES ('a' = 'b')",
                    "ALTER TABLE %s RENAME TO guarded_elsewhere",
                    "ALTER TABLE %s DROP COLUMN digest",
                    "ALTER TABLE %s ADD CONSTRAINT some CHECK (version > 0)",
                    "ALTER TABLE %s CLUSTER BY (name)",
                    "CREATE OR REPLACE TABLE %s AS SELECT 1 AS a",
                    "CREATE OR REPLACE TABLE %s (a INT)",
                    "CREATE OR REPLACE TABLE %s SHALLOW CLONE cloned",
                    "RESTORE TABLE %s TO VERSION AS OF 0",
                    "DROP TABLE %s")) {
                assertThatThrownBy(() -> sql(statement.formatted(table)), statement, table)
                        .isInstanceOf(AthanorException.class)
                        .hasMessageContaining(
                                " athanor holds the platform's own tables, which jobs make and fill. Use another database for"
                                        + " tables of your own; models change with CALL athanor.promote and CALL"
                                        + " athanor.delete_model");
            }
            assertThatThrownBy(() -> spark().table(table).writeTo(table).append())
                    .hasMessageContaining("holds the platform's own tables");
            assertThatThrownBy(() -> spark().table(table).write().mode("append").saveAsTable(table))
                    .hasMessageContaining("holds the platform's own tables");
            assertThatThrownBy(() -> spark().table(table).write().insertInto(table))
                    .hasMessageContaining("holds the platform's own tables");
        }
        assertThat(sql(ROWS + " ORDER BY name, version")).isEqualTo(before);
        assertThat(registry.promote(ModelRef.parse("guarded@1"), "champion").aliases())
                .containsExactly("champion");
        registry.delete(ModelRef.parse("guarded@1"));
        assertThat(spark().table("athanor.models").where("name = 'guarded'").count())
                .isZero();
    }

    @Test
    void statementsThatNameTheFolderAreRefused() throws Exception {
        ModelRegistry registry = DeltaModelRegistry.of(spark());
        // Two commits: a restore to the newest one does nothing, and is not refused.
        for (String run : List.of("pathguarded-1", "pathguarded-2")) {
            try (ModelRegistry.Draft draft = registry.draft("pathguarded")) {
                TestPackages.fill(draft.files(), "weights of " + run);
                draft.register(run);
            }
        }
        sql("CREATE TABLE path_source AS SELECT 1 AS a");
        List<Row> before = sql(ROWS + " ORDER BY name, version");
        String table = "delta.`" + warehouse().resolve("athanor/models") + "`";
        for (String statement : List.of(
                "DELETE FROM %s",
                "UPDATE %s SET digest = 'x'",
                "INSERT INTO %s " + ROWS,
                "INSERT OVERWRITE %s " + ROWS + " LIMIT 0",
                "MERGE INTO %s AS t USING (" + ROWS + ") AS s ON t.name = s.name WHEN MATCHED THEN DELETE",
                "TRUNCATE TABLE %s",
                "ALTER TABLE %s ADD COLUMN more STRING",
                "ALTER TABLE %s DROP COLUMN digest",
                "ALTER TABLE %s ADD CONSTRAINT some CHECK (version > 0)",
                "ALTER TABLE %s SET TBLPROPERTIES ('a' = 'b')",
                "ALTER TABLE %s CLUSTER BY (name)",
                "CREATE OR REPLACE TABLE %s AS SELECT 1 AS a",
                "CREATE OR REPLACE TABLE %s (a INT) USING delta",
                "CREATE OR REPLACE TABLE %s SHALLOW CLONE path_source",
                "RESTORE TABLE %s TO VERSION AS OF 0",
                "DROP TABLE %s")) {
            assertThatThrownBy(() -> sql(statement.formatted(table)), statement)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining(" athanor holds the platform's own tables, which jobs make and fill.");
        }
        assertThatThrownBy(() -> sql("CREATE TABLE path_alias (name STRING) USING delta LOCATION '"
                        + warehouse().resolve("athanor/models") + "'"))
                .hasMessageStartingWith("Cannot place a table at table athanor.models: the database athanor holds");
        assertThatThrownBy(() -> spark().table("path_source")
                        .write()
                        .format("delta")
                        .mode("overwrite")
                        .save(warehouse().resolve("athanor/models").toString()))
                .hasMessageStartingWith("Cannot write to table athanor.models: the database athanor holds");
        assertThat(sql(ROWS + " ORDER BY name, version")).isEqualTo(before);
        for (String statement : List.of(
                "REORG TABLE athanor.models APPLY (PURGE)",
                "GENERATE symlink_format_manifest FOR TABLE athanor.models")) {
            assertThatThrownBy(() -> sql(statement.formatted(table)), statement)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining(" athanor holds the platform's own tables");
        }
    }

    /** Whatever may write to a folder must not write to these: the platform's, one in it, one that holds it. */
    @Test
    void whatWritesToAFolderIsRefusedThePlatforms(@TempDir Path elsewhere) throws Exception {
        ModelRegistry registry = DeltaModelRegistry.of(spark());
        try (ModelRegistry.Draft draft = registry.draft("folderguarded")) {
            TestPackages.fill(draft.files(), "weights");
            draft.register("folderguarded-run");
        }
        sql("CREATE TABLE leafy (a INT) USING parquet");
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), warehouse());
        Path platform = warehouse().resolve("athanor");
        List<Row> before = sql(ROWS + " ORDER BY name, version");
        for (Path folder : List.of(
                platform,
                platform.resolve("models"),
                platform.resolve("models/name=folderguarded"),
                platform.resolve("packages/any"),
                platform.resolve("made_up"),
                warehouse(),
                link.resolve("athanor/models"),
                link,
                warehouse().resolve("default/../athanor/runs"))) {
            for (String statement : List.of(
                    "INSERT OVERWRITE DIRECTORY '%s' USING parquet SELECT 1 AS x",
                    "INSERT OVERWRITE DIRECTORY USING csv OPTIONS (path '%s') SELECT 1 AS x",
                    "FROM range(2) INSERT OVERWRITE DIRECTORY '" + elsewhere
                            + "/fine' USING parquet SELECT id INSERT OVERWRITE DIRECTORY '%s' USING parquet SELECT id",
                    "CONVERT TO DELTA parquet.`%s`",
                    "CREATE TABLE placed USING parquet LOCATION '%s' AS SELECT 1 AS x",
                    "CREATE TABLE placed (x INT) USING csv LOCATION '%s'",
                    "ALTER TABLE leafy SET LOCATION '%s'")) {
                assertThatThrownBy(() -> sql(statement.formatted(folder)), statement, folder)
                        .isInstanceOf(AthanorException.class);
            }
            for (String format : List.of("parquet", "json", "delta")) {
                for (String mode : List.of("overwrite", "append", "errorifexists")) {
                    assertThatThrownBy(
                                    () -> spark().range(1)
                                            .write()
                                            .format(format)
                                            .mode(mode)
                                            .save(folder.toString()),
                                    format,
                                    mode,
                                    folder)
                            .isInstanceOf(AthanorException.class)
                            .hasMessageStartingWith("Cannot write to ");
                }
            }
            for (String format : List.of("parquet", "delta")) {
                assertThatThrownBy(() -> spark().readStream()
                                .format("rate")
                                .load()
                                .writeStream()
                                .format(format)
                                .option("checkpointLocation", elsewhere + "/checkpoint-" + format)
                                .start(folder.toString()))
                        .isInstanceOf(AthanorException.class)
                        .hasMessageStartingWith("Cannot write to ");
            }
            assertThatThrownBy(() -> spark().readStream()
                            .format("rate")
                            .load()
                            .writeStream()
                            .format("console")
                            .option("checkpointLocation", folder.toString())
                            .start())
                    .isInstanceOf(AthanorException.class);
        }
        assertThatThrownBy(() -> sql("INSERT OVERWRITE DIRECTORY '" + platform + "' USING parquet SELECT 1 AS x"))
                .hasMessage("Cannot write to " + platform + ": the platform keeps its own tables and the models in"
                        + " file:" + platform + ", which this folder is, holds or lies in. Choose another folder.");
        assertThat(sql(ROWS + " ORDER BY name, version")).isEqualTo(before);
        try (var in =
                registry.open(registry.resolve(ModelRef.parse("folderguarded"))).open("model.safetensors")) {
            assertThat(in.readAllBytes()).isEqualTo("weights".getBytes(StandardCharsets.UTF_8));
        }
        spark().range(3).write().parquet(elsewhere.resolve("own").toString());
        sql("INSERT OVERWRITE DIRECTORY '" + elsewhere.resolve("own") + "' USING parquet SELECT 1 AS x");
        sql("CONVERT TO DELTA parquet.`" + elsewhere.resolve("own") + "`");
        assertThat(spark().read()
                        .format("delta")
                        .load(elsewhere.resolve("own").toString())
                        .count())
                .isEqualTo(1);
        sql("DROP TABLE leafy");
    }

    /** A session that looked for tables in one folder and for models in another would answer for neither. */
    @Test
    void theWarehouseStaysThatOfTheStart(@TempDir Path other) {
        SparkSession session = spark().newSession();
        session.sql("CREATE TABLE stays AS SELECT 1 AS a");
        String problem =
                "Cannot change the warehouse to " + other + ": the application started with file:" + warehouse()
                        + ", which its catalog, runs and models keep to. Start another with --warehouse " + other
                        + " or spark.athanor.warehouse; RESET spark.athanor.warehouse takes this session back.";
        assertThatThrownBy(() -> session.sql("SET spark.athanor.warehouse=" + other))
                .isInstanceOf(AthanorException.class)
                .hasMessage(problem);
        assertThat(session.table("stays").count()).isEqualTo(1);
        session.sql("SET spark.athanor.warehouse=" + warehouse());
        assertThat(session.table("stays").count()).isEqualTo(1);

        session.conf().set("spark.athanor.warehouse", other.toString());
        assertThatThrownBy(() -> session.sql("SHOW TABLES").collectAsList()).hasMessage(problem);
        assertThatThrownBy(() -> session.table("stays").count()).hasMessage(problem);
        assertThatThrownBy(() -> DeltaModelRegistry.of(session).list()).hasMessage(problem);
        assertThat(other).isEmptyDirectory();
        session.sql("RESET spark.athanor.warehouse");
        assertThat(session.table("stays").count()).isEqualTo(1);
        session.sql("DROP TABLE stays");
    }

    @Test
    void tablesOfUsersGoOnAsBefore() {
        sql("CREATE TABLE unguarded AS SELECT id FROM range(4)");
        sql("DELETE FROM unguarded WHERE id = 0");
        sql("INSERT INTO unguarded VALUES (9)");
        sql("UPDATE unguarded SET id = id + 1");
        sql("INSERT INTO unguarded SELECT * FROM unguarded");
        assertThat(spark().table("unguarded").count()).isEqualTo(8);
        sql("DROP TABLE unguarded");
    }
}
