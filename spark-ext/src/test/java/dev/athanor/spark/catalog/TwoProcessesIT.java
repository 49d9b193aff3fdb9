package dev.athanor.spark.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.model.ModelPackage;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two JVMs over one warehouse see each other's tables, views and databases at once, with nothing but the folder. */
class TwoProcessesIT extends SparkTestSession {
    private static SqlProcess other;

    @BeforeAll
    static void startTheOther() throws IOException {
        spark();
        other = SqlProcess.start(warehouse());
    }

    @AfterAll
    static void stopTheOther() {
        other.close();
    }

    private static List<String> here(String statement) {
        return sql(statement).stream().map(Row::toString).sorted().toList();
    }

    private static List<String> there(String statement) throws IOException {
        return other.sql(statement);
    }

    @Test
    void tables() throws IOException {
        there("CREATE TABLE tale (id INT)");
        there("INSERT INTO tale VALUES (1)");
        assertThat(here("SELECT * FROM tale")).containsExactly("[1]");
        here("INSERT INTO tale VALUES (2)");
        assertThat(there("SELECT * FROM tale")).containsExactly("[1]", "[2]");
        there("MERGE INTO tale t USING (SELECT 2 AS id) s ON t.id = s.id WHEN MATCHED THEN DELETE");
        assertThat(here("SELECT * FROM tale")).containsExactly("[1]");

        there("ALTER TABLE tale RENAME TO legend");
        assertThat(here("SHOW TABLES")).contains("[default,legend,false]").doesNotContain("[default,tale,false]");
        assertThatThrownBy(() -> here("SELECT * FROM tale")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
        assertThat(here("SELECT * FROM legend")).containsExactly("[1]");

        there("DROP TABLE legend");
        assertThatThrownBy(() -> here("SELECT * FROM legend")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
        here("CREATE TABLE legend AS SELECT 'new' AS word");
        assertThat(there("SELECT * FROM legend")).containsExactly("[new]");

        // Dropped and made anew by the other, with fewer commits and another schema than the one known here.
        here("INSERT INTO legend VALUES ('newer')");
        there("DROP TABLE legend");
        there("CREATE TABLE legend AS SELECT 7 AS seven, 8 AS eight");
        assertThat(here("SELECT * FROM legend")).containsExactly("[7,8]");
        here("INSERT INTO legend VALUES (9, 10)");
        assertThat(there("SELECT count(*) FROM legend")).containsExactly("[2]");
        there("CREATE OR REPLACE TABLE legend AS SELECT 1 AS one");
        assertThat(here("SELECT * FROM legend")).containsExactly("[1]");
        here("DROP TABLE legend");
        assertThat(there("SHOW TABLES LIKE 'legend'")).isEmpty();
    }

    @Test
    void viewsAndOtherFormats() throws IOException {
        here("CREATE TABLE words AS SELECT 'a' AS w");
        here("CREATE VIEW upper_words AS SELECT upper(w) AS u FROM words");
        assertThat(there("SELECT * FROM upper_words")).containsExactly("[A]");
        there("ALTER VIEW upper_words AS SELECT w || '!' AS u FROM words");
        assertThat(here("SELECT * FROM upper_words")).containsExactly("[a!]");
        there("CREATE OR REPLACE VIEW upper_words AS SELECT w || '?' AS q FROM words");
        assertThat(here("SELECT q FROM upper_words")).containsExactly("[a?]");
        assertThat(here("SHOW VIEWS LIKE 'upper*'")).hasSize(1);
        there("DROP VIEW upper_words");
        assertThat(here("SHOW VIEWS LIKE 'upper*'")).isEmpty();
        assertThatThrownBy(() -> here("SELECT * FROM upper_words")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");

        there("CREATE TABLE leaves (id INT, part INT) USING parquet PARTITIONED BY (part)");
        there("INSERT INTO leaves VALUES (1, 10), (2, 20)");
        assertThat(here("SELECT id FROM leaves WHERE part = 20")).containsExactly("[2]");
        here("INSERT INTO leaves VALUES (3, 30)");
        assertThat(there("SELECT count(*) FROM leaves")).containsExactly("[3]");
        here("DROP TABLE leaves");
        assertThat(there("SHOW TABLES LIKE 'leaves'")).isEmpty();

        there("CREATE TABLE far USING delta LOCATION '" + warehouse() + "/default/lake/far' AS SELECT 5 AS x");
        assertThat(here("SELECT * FROM far")).containsExactly("[5]");
        here("DROP TABLE far");
        assertThat(there("SELECT * FROM delta.`" + warehouse() + "/default/lake/far`"))
                .containsExactly("[5]");
        here("DROP TABLE words");
    }

    @Test
    void databases() throws IOException {
        there("CREATE DATABASE hall COMMENT 'of fame'");
        assertThat(here("SHOW DATABASES LIKE 'ha*'")).containsExactly("[hall]");
        assertThat(here("DESCRIBE DATABASE hall")).contains("[Comment,of fame]");
        here("CREATE TABLE hall.t AS SELECT 1 AS x");
        there("USE hall");
        assertThat(there("SELECT * FROM t")).containsExactly("[1]");
        there("USE default");
        there("DROP DATABASE hall CASCADE");
        assertThat(here("SHOW DATABASES LIKE 'ha*'")).isEmpty();
        assertThatThrownBy(() -> here("SELECT * FROM hall.t")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }

    @Test
    void writersAtOnceLoseNothing() throws IOException {
        here("CREATE TABLE tally (who STRING, n INT)");
        int each = 6;
        for (int i = 0; i < each; i++) {
            other.ask("INSERT INTO tally VALUES ('there', " + i + ")");
        }
        for (int i = 0; i < each; i++) {
            here("INSERT INTO tally VALUES ('here', " + i + ")");
        }
        for (int i = 0; i < each; i++) {
            assertThat(other.answer()).isEmpty();
        }
        assertThat(here("SELECT who, count(DISTINCT n) FROM tally GROUP BY who"))
                .containsExactly("[here," + each + "]", "[there," + each + "]");
        here("DROP TABLE tally");
    }

    @Test
    void makersAtOnceBothSucceedWhenTheyAllowIt() throws IOException {
        for (int i = 0; i < 3; i++) {
            String statement = "CREATE TABLE IF NOT EXISTS race" + i + " (id INT)";
            other.ask(statement);
            here(statement);
            assertThat(other.answer()).isEmpty();
            assertThat(there("SELECT * FROM race" + i)).isEmpty();
        }
    }

    @Test
    void modelsRegisteredAtOnceAllGetAVersion() throws IOException {
        int each = 4;
        for (int i = 0; i < each; i++) {
            other.ask(SqlProcess.REGISTER + "contested");
        }
        List<Integer> versions = new ArrayList<>();
        for (int i = 0; i < each; i++) {
            versions.add(SqlProcess.register(spark(), "contested"));
        }
        List<Integer> mine = List.copyOf(versions);
        for (int i = 0; i < each; i++) {
            List<String> answer = other.answer();
            assertThat(answer).singleElement().asString().matches("\\d+");
            versions.add(Integer.valueOf(answer.get(0)));
        }
        assertThat(versions).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8);
        List<ModelVersion> listed = DeltaModelRegistry.of(spark()).list().stream()
                .filter(v -> v.name().equals("contested"))
                .toList();
        assertThat(listed)
                .extracting(ModelVersion::version)
                .as("every version, each once; registered here: %s", mine)
                .containsExactly(8, 7, 6, 5, 4, 3, 2, 1);
        assertThat(listed).extracting(ModelVersion::digest).doesNotHaveDuplicates();
        assertThat(listed)
                .allSatisfy(
                        v -> ModelPackage.verify(DeltaModelRegistry.of(spark()).open(v)));
    }

    @Test
    void aCopyOfTheWarehouseStandsForItself() throws IOException {
        SqlProcess.register(spark(), "carried");
        here("CREATE TABLE carried_rows AS SELECT 1 AS x");
        here("CREATE TABLE carried_leaves (x INT, part INT) USING parquet PARTITIONED BY (part)");
        here("INSERT INTO carried_leaves VALUES (1, 10)");
        here("CREATE VIEW carried_view AS SELECT x FROM carried_leaves");
        Path copy = Files.createTempDirectory(warehouse().getParent(), "copied-warehouse-");
        copy(warehouse(), copy);
        try (SqlProcess process = SqlProcess.start(copy)) {
            assertThat(process.sql(SqlProcess.VERIFY + "carried"))
                    .singleElement()
                    .asString()
                    .startsWith("file:" + copy + "/athanor/packages/carried-");
            process.sql(SqlProcess.DELETE + "carried");
            process.sql("INSERT INTO carried_rows VALUES (2)");
            process.sql("INSERT INTO carried_leaves VALUES (2, 20)");
            assertThat(process.sql("SELECT * FROM carried_view")).containsExactly("[1]", "[2]");
            process.sql("DROP TABLE carried_leaves");
        }
        ModelVersion version = DeltaModelRegistry.of(spark()).resolve(ModelRef.parse("carried"));
        ModelPackage.verify(DeltaModelRegistry.of(spark()).open(version));
        assertThat(here("SELECT * FROM carried_rows")).containsExactly("[1]");
        assertThat(here("SELECT * FROM carried_view")).containsExactly("[1]");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path one : all.filter(path -> !path.equals(from)).toList()) {
                Files.copy(one, to.resolve(from.relativize(one)));
            }
        }
    }

    @Test
    void filesThatTheOtherAddedAreRead() throws IOException {
        for (String format : List.of("parquet", "orc", "csv", "json")) {
            String table = "grown_" + format;
            there("CREATE TABLE " + table + " (id INT, part INT) USING " + format + " PARTITIONED BY (part)");
            there("INSERT INTO " + table + " VALUES (1, 10)");
            here("CREATE VIEW " + table + "_view AS SELECT id FROM " + table);
            assertThat(here("SELECT id FROM " + table)).containsExactly("[1]");
            there("INSERT INTO " + table + " VALUES (2, 10), (3, 30)");
            assertThat(here("SELECT id FROM " + table)).containsExactly("[1]", "[2]", "[3]");
            here("INSERT INTO " + table + " VALUES (4, 30)");
            assertThat(there("SELECT id FROM " + table + "_view")).containsExactly("[1]", "[2]", "[3]", "[4]");
            there("INSERT OVERWRITE " + table + " VALUES (5, 50)");
            assertThat(here("SELECT id FROM " + table + "_view")).containsExactly("[5]");
        }
    }
}
