package dev.athanor.spark.catalog;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import io.delta.tables.DeltaTable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The catalog through Spark's APIs rather than SQL, and over a folder that others change. */
class CatalogApiSparkTest extends SparkTestSession {
    /** Writes a Delta table into the folder as another process would: without telling the catalog. */
    private static Path made(String name, int rows) {
        Path folder = warehouse().resolve("default").resolve(name);
        spark().range(rows).write().format("delta").mode(SaveMode.Overwrite).save(folder.toString());
        return folder;
    }

    private static long count(String table) {
        return spark().table(table).count();
    }

    @Test
    void writersOfDatasets() throws Exception {
        spark().range(3).write().saveAsTable("written");
        spark().range(2).write().mode(SaveMode.Append).saveAsTable("written");
        spark().range(1).write().insertInto("written");
        assertThat(count("written")).isEqualTo(6);
        assertThatThrownBy(() -> spark().range(3).write().saveAsTable("written"))
                .hasMessageContaining("already exists");
        spark().range(4).write().mode(SaveMode.Overwrite).saveAsTable("written");
        assertThat(count("written")).isEqualTo(4);
        spark().range(5).writeTo("written").overwrite(lit(true));
        assertThat(count("written")).isEqualTo(5);
        spark().range(7).withColumn("p", lit(1)).writeTo("written").createOrReplace();
        assertThat(spark().table("written").columns()).containsExactly("id", "p");
        assertThat(warehouse().resolve("default/written/_delta_log")).isDirectory();
        spark().range(2).write().format("parquet").saveAsTable("written_parquet");
        assertThat(count("written_parquet")).isEqualTo(2);
        sql("DROP TABLE written");
        sql("DROP TABLE written_parquet");
        assertThat(warehouse().resolve("default/written")).doesNotExist();
        assertThat(warehouse().resolve("default/written_parquet")).doesNotExist();
    }

    @Test
    void deltaByName() {
        sql("CREATE TABLE named AS SELECT * FROM range(4)");
        DeltaTable table = DeltaTable.forName(spark(), "named");
        table.delete(col("id").gt(1));
        table.as("t")
                .merge(spark().range(9, 10).toDF().as("s"), "t.id = s.id")
                .whenNotMatched()
                .insertAll()
                .execute();
        assertThat(count("named")).isEqualTo(3);
        assertThat(table.history().count()).isEqualTo(3);
        sql("DROP TABLE named");
    }

    @Test
    void deltaByNameOfATableThatAnotherMade() {
        made("foreign", 4);
        assertThat(DeltaTable.forName(spark(), "foreign").toDF().count()).isEqualTo(4);
        made("foreign_in_default", 5);
        assertThat(DeltaTable.forName(spark(), "default.foreign_in_default")
                        .toDF()
                        .count())
                .isEqualTo(5);
        sql("DROP TABLE foreign");
        sql("DROP TABLE foreign_in_default");
    }

    @Test
    void theCatalogOfTheSession() throws Exception {
        made("listed", 2);
        assertThat(spark().catalog().tableExists("listed")).isTrue();
        assertThat(spark().catalog().tableExists("default", "listed")).isTrue();
        assertThat(spark().catalog().tableExists("default", "unlisted")).isFalse();
        assertThat(spark().catalog().listTables().collectAsList())
                .extracting(table -> table.name() + " " + table.tableType())
                .contains("listed MANAGED");
        assertThat(spark().catalog().getTable("listed").tableType()).isEqualTo("MANAGED");
        assertThat(spark().catalog().databaseExists("default")).isTrue();
        spark().catalog().cacheTable("listed");
        assertThat(count("listed")).isEqualTo(2);
        spark().catalog().uncacheTable("listed");
        sql("DROP TABLE listed");
        assertThat(warehouse().resolve("default/listed")).doesNotExist();
    }

    @Test
    void everySessionOfTheProcessSeesTheSame() {
        SparkSession second = spark().newSession();
        second.sql("CREATE TABLE by_second AS SELECT 1 AS x");
        assertThat(count("by_second")).isEqualTo(1);
        sql("DROP TABLE by_second");
        assertThat(second.catalog().tableExists("by_second")).isFalse();
    }

    @Test
    void streams() throws Exception {
        sql("CREATE TABLE stream_in AS SELECT * FROM range(5)");
        StreamingQuery query = spark().readStream()
                .table("stream_in")
                .writeStream()
                .option("checkpointLocation", warehouse() + "-checkpoint")
                .trigger(Trigger.AvailableNow())
                .toTable("stream_out");
        query.awaitTermination();
        assertThat(count("stream_out")).isEqualTo(5);
        sql("DROP TABLE stream_in");
        sql("DROP TABLE stream_out");
    }

    @Test
    void aFolderInTheMakingIsNoTable() throws Exception {
        Files.createDirectories(warehouse().resolve("default/half/_delta_log"));
        Files.writeString(warehouse().resolve("default/half/_delta_log/.00.json.tmp"), "{");
        assertThat(spark().catalog().tableExists("half")).isFalse();
        assertThatThrownBy(() -> sql("SELECT * FROM half")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
        assertThat(sql("SHOW TABLES LIKE 'half'")).isEmpty();
    }

    @Test
    void foldersThatAreNoTablesAreNotListedAndStay() throws Exception {
        Files.createDirectories(warehouse().resolve("default/notes"));
        Files.createDirectories(warehouse().resolve("_hidden"));
        Files.createDirectories(warehouse().resolve("with-dash"));
        assertThat(sql("SHOW TABLES LIKE 'notes'")).isEmpty();
        assertThat(sql("SHOW DATABASES"))
                .extracting(row -> row.getString(0))
                .contains("athanor", "default")
                .doesNotContain("_hidden", "with-dash");
        sql("CREATE DATABASE attic");
        Files.writeString(warehouse().resolve("attic/letter.txt"), "keep");
        assertThatThrownBy(() -> sql("DROP DATABASE attic"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot drop database attic: its folder")
                .hasMessageContaining("holds files that belong to no table");
        sql("DROP DATABASE attic CASCADE");
        assertThat(warehouse().resolve("attic")).doesNotExist();
    }

    @Test
    void aBrokenEntrySaysSo() throws Exception {
        Path entries = Files.createDirectories(warehouse().resolve("default/_catalog"));
        Path entry = entries.resolve("bad.json");
        for (String content : List.of("{", "{\"format\": 99}", "", "[]")) {
            Files.writeString(entry, content);
            assertThatThrownBy(() -> sql("SELECT * FROM bad"))
                    .as(content)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot read the catalog entry of default.bad");
        }
        Files.delete(entry);
        assertThatThrownBy(() -> sql("SELECT * FROM bad")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }

    @Test
    void anEntryEditedByHandCannotDeleteOutsideTheWarehouse() throws Exception {
        sql("CREATE TABLE straying (id INT) USING parquet");
        Path entry = warehouse().resolve("default/_catalog/straying.json");
        Path outside = Files.createTempDirectory("outside");
        Files.writeString(outside.resolve("kept.txt"), "kept");
        String json = Files.readString(entry, StandardCharsets.UTF_8);
        String place = "\"default/straying\"";
        assertThat(json).contains(place).doesNotContain(warehouse().toString());
        Files.deleteIfExists(entry.resolveSibling(".straying.json.crc"));
        Files.writeString(entry, json.replace(place, "\"" + outside + "\""), StandardCharsets.UTF_8);

        assertThatThrownBy(() -> sql("DROP TABLE straying"))
                .hasStackTraceContaining("Cannot use table default.straying")
                .hasStackTraceContaining("lies outside the warehouse");
        assertThat(outside.resolve("kept.txt")).exists();
        Files.writeString(entry, json, StandardCharsets.UTF_8);
        sql("DROP TABLE straying");
    }

    @Test
    void anEntryIsPlainJson() throws Exception {
        sql("CREATE VIEW plain AS SELECT 1 AS one");
        String json = Files.readString(warehouse().resolve("default/_catalog/plain.json"), StandardCharsets.UTF_8);
        assertThat(json)
                .contains("\"type\" : \"VIEW\"", "\"viewText\" : \"SELECT 1 AS one\"", "\"format\" : 1")
                .doesNotContain("class");
        sql("DROP VIEW plain");
        assertThat(warehouse().resolve("default/_catalog/plain.json")).doesNotExist();
    }

    @Test
    void aWarehouseThatRefusesWritesIsNamed() throws Exception {
        // A file where the database's folder must go: refused for every user, root too.
        Files.writeString(warehouse().resolve("blocked"), "a file");
        assertThatThrownBy(() -> sql("CREATE DATABASE blocked"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot write database blocked in the warehouse file:" + warehouse())
                .hasMessageContaining("Make the folder writable for this user");
        Files.createDirectories(warehouse().resolve("sealed"));
        Files.writeString(warehouse().resolve("sealed/_catalog"), "a file");
        assertThatThrownBy(() -> sql("CREATE VIEW sealed.v AS SELECT 1 AS x"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot write the entry of v in the warehouse");
        assertThatThrownBy(() -> sql("SELECT * FROM sealed.v")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }

    @Test
    void aTableInAFolderThatRefusesWritesIsNamed() throws Exception {
        Path frozen = Files.createDirectories(warehouse().resolve("frozen"));
        assertThat(frozen.toFile().setWritable(false)).isTrue();
        try {
            assumeFalse(Files.isWritable(frozen), "not run: this user may write to every folder");
            for (String statement :
                    List.of("CREATE TABLE frozen.t (x INT)", "CREATE TABLE frozen.t AS SELECT 1 AS x")) {
                assertThatThrownBy(() -> sql(statement))
                        .as(statement)
                        .isInstanceOf(AthanorException.class)
                        .hasMessageContaining("Cannot write table frozen.t in the warehouse");
            }
        } finally {
            assertThat(frozen.toFile().setWritable(true)).isTrue();
        }
    }

    @Test
    void aLinkDoesNotLeadOut(@TempDir Path outside) throws Exception {
        spark().range(3).write().format("delta").save(outside.resolve("loot").toString());
        Path table = Files.createSymbolicLink(warehouse().resolve("default/loot"), outside.resolve("loot"));
        Path database = Files.createSymbolicLink(warehouse().resolve("hole"), outside);
        Path nothing = Files.createSymbolicLink(warehouse().resolve("default/gap"), outside.resolve("not-yet"));
        try {
            assertThatThrownBy(() -> sql("SELECT * FROM loot"))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot use table default.loot: its folder file:" + table + " is a link that"
                            + " leads out of the warehouse");
            assertThatThrownBy(() -> sql("CREATE TABLE hole.t (x INT)"))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot use database hole");
            assertThatThrownBy(() -> sql("CREATE TABLE gap AS SELECT 1 AS x"))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot use table default.gap");
            assertThatThrownBy(() -> sql("CREATE TABLE t (x INT) LOCATION '" + database + "/deep/t'"))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot place table default.t");
            assertThat(sql("SHOW TABLES LIKE 'loot|gap'")).isEmpty();
            assertThat(sql("SHOW DATABASES LIKE 'hole'")).isEmpty();
            assertThat(outside.resolve("not-yet")).doesNotExist();
            assertThat(outside.resolve("deep")).doesNotExist();
        } finally {
            for (Path link : List.of(table, database, nothing)) {
                Files.delete(link);
            }
        }
    }

    @Test
    void aWriterOfADatasetStaysInside(@TempDir Path outside) {
        String path = outside.resolve("t").toString();
        for (String format : List.of("delta", "parquet")) {
            assertThatThrownBy(() -> spark().range(3)
                            .write()
                            .format(format)
                            .option("path", path)
                            .saveAsTable("escaped"))
                    .as(format)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot place table default.escaped at")
                    .hasMessageContaining("choose a folder in the warehouse");
        }
        assertThatThrownBy(() -> spark().range(3)
                        .writeTo("escaped")
                        .using("delta")
                        .option("path", path)
                        .create())
                .isInstanceOf(AthanorException.class);
        assertThatThrownBy(() -> spark().catalog().createTable("escaped", path, "parquet"))
                .isInstanceOf(AthanorException.class);
        assertThat(outside.resolve("t")).doesNotExist();
        // Paths that no name of the catalog stands for are the user's own business.
        spark().range(3).write().format("delta").save(path);
        assertThat(sql("SELECT count(*) FROM delta.`" + path + "`").get(0).getLong(0))
                .isEqualTo(3);
    }

    @Test
    void aTableMadeByItsPathStaysInside(@TempDir Path outside) {
        sql("CREATE TABLE cloneable AS SELECT 1 AS x");
        String table = "delta.`" + outside.resolve("t") + "`";
        for (String statement : List.of(
                "CREATE TABLE %s (x INT)",
                "CREATE TABLE IF NOT EXISTS %s (x INT) USING delta",
                "CREATE TABLE %s AS SELECT 1 AS x",
                "CREATE TABLE %s USING delta AS SELECT 1 AS x",
                "CREATE OR REPLACE TABLE %s AS SELECT 1 AS x",
                "CREATE OR REPLACE TABLE %s (x INT)",
                "CREATE TABLE %s SHALLOW CLONE cloneable")) {
            assertThatThrownBy(() -> sql(statement.formatted(table)), statement)
                    .isInstanceOf(AthanorException.class)
                    .hasMessage("Cannot create table " + table + ": it lies outside the warehouse file:" + warehouse()
                            + ", which names and paths cannot leave. Give it a name, or a folder in the warehouse; a Delta"
                            + " table that is elsewhere already may be read and written by its path.");
        }
        assertThatThrownBy(() -> spark().range(3).writeTo(table).create()).isInstanceOf(AthanorException.class);
        assertThatThrownBy(() -> spark().range(3).write().format("delta").saveAsTable(table))
                .isInstanceOf(AthanorException.class);
        assertThat(outside).isEmptyDirectory();

        String inside = "delta.`" + warehouse().resolve("default/made_by_path") + "`";
        sql("CREATE TABLE " + inside + " AS SELECT 1 AS x");
        assertThat(sql("SELECT x FROM made_by_path")).hasSize(1);
        sql("DROP TABLE made_by_path");

        spark().range(3).write().format("delta").save(outside.resolve("t").toString());
        sql("INSERT INTO " + table + " VALUES (9)");
        sql("UPDATE " + table + " SET id = id + 1");
        sql("CREATE TABLE IF NOT EXISTS " + table + " (id BIGINT)");
        assertThat(sql("SELECT * FROM " + table)).hasSize(4);
        sql("CREATE OR REPLACE TABLE " + table + " AS SELECT 7 AS x");
        assertThat(sql("SELECT x FROM " + table).get(0).getInt(0)).isEqualTo(7);
        sql("DROP TABLE cloneable");
    }

    @Test
    void anEntryThatLeadsOutIsRefused(@TempDir Path outside) throws Exception {
        sql("CREATE TABLE honest (x INT) USING csv");
        Path entry = warehouse().resolve("default/_catalog/honest.json");
        String text = Files.readString(entry);
        String place = "\"default/honest\"";
        String none = "\"options\" : { }";
        assertThat(text).contains(place, none);
        Files.deleteIfExists(entry.resolveSibling(".honest.json.crc"));
        Files.writeString(outside.resolve("loot.csv"), "7\n");
        String steps = "%2e%2e/".repeat(warehouse().getNameCount() + 2);
        List<String> strays = List.of(
                "file:" + outside,
                "file:" + warehouse() + "/default/" + steps + outside.toString().substring(1),
                "file://other" + warehouse() + "/default/honest",
                "file:honest");
        for (String stray : strays) {
            Files.writeString(entry, text.replace(place, '"' + stray + '"'));
            assertThatThrownBy(() -> sql("SELECT * FROM honest"))
                    .as(stray)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining(
                            "Cannot use table default.honest: its catalog entry places it at " + stray + ",");
        }
        for (String stray : List.of("../honest", "default/../../honest", steps + "tmp", " : ")) {
            Files.writeString(entry, text.replace(place, '"' + stray + '"'));
            assertThatThrownBy(() -> sql("SELECT * FROM honest"))
                    .as(stray)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot use table default.honest: its catalog entry places it at");
        }
        // As it was written before places were relative.
        Files.writeString(entry, text.replace(place, "\"file:" + warehouse() + "/default/honest\""));
        assertThat(sql("SELECT * FROM honest")).isEmpty();
        for (String option : List.of("path", "PATH")) {
            String strayed = "\"options\" : { \"" + option + "\": \"" + outside + "\" }";
            for (String location : List.of("null", place)) {
                Files.writeString(entry, text.replace(place, location).replace(none, strayed));
                assertThatThrownBy(() -> sql("SELECT * FROM honest"))
                        .as(option + " beside " + location)
                        .isInstanceOf(AthanorException.class)
                        .hasMessageContaining(
                                "Cannot use table default.honest: its catalog entry places it at " + outside + ",");
            }
        }
        Files.writeString(entry, text);
        sql("DROP TABLE honest");
    }

    @Test
    void aPathAmongTheOptionsIsAPlace() {
        sql("CREATE TABLE optioned (x INT) USING csv OPTIONS (path 'lake/optioned', header 'true')");
        sql("INSERT INTO optioned VALUES (7)");
        assertThat(warehouse().resolve("default/lake/optioned")).isDirectory();
        assertThat(spark().newSession().table("optioned").count()).isEqualTo(1);
        sql("DROP TABLE optioned");
    }

    @Test
    void aViewSeesChangesBeneathIt() {
        made("under", 2);
        sql("CREATE VIEW over AS SELECT count(*) AS n FROM under");
        assertThat(sql("SELECT n FROM over")).extracting(row -> row.getLong(0)).containsExactly(2L);
        made("under", 3);
        assertThat(sql("SELECT n FROM over")).extracting(row -> row.getLong(0)).containsExactly(3L);
        sql("DROP TABLE under");
        assertThatThrownBy(() -> sql("SELECT n FROM over")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
        sql("DROP VIEW over");
    }

    @Test
    void describesATableAsManagedDelta() {
        made("described", 1);
        List<Row> rows = sql("DESCRIBE TABLE EXTENDED described");
        assertThat(rows)
                .extracting(row -> row.getString(0) + "=" + row.getString(1))
                .contains(
                        "id=bigint",
                        "Provider=delta",
                        "Type=MANAGED",
                        "Location=file:" + warehouse().resolve("default/described"));
        sql("DROP TABLE described");
    }
}
