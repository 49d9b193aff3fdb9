package dev.athanor.spark.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcedureSparkTest extends SparkTestSession {
    @BeforeAll
    static void addTheCatalog() {
        spark().conf().set("spark.sql.catalog.procs", ProcedureTestCatalog.class.getName());
    }

    @Test
    void argumentsGoByNameAndTheReportComesBackAsColumns() {
        Row row = sql("CALL procs.echo_back(table => 'news', features => array('title', 'text'), rate => 0.5,"
                        + " loud => true, options => map('header', 'true'), BATCH_SIZE => 7, run_id => 'r1')")
                .get(0);
        assertThat(row.schema().fieldNames())
                .containsExactly(
                        "run_id",
                        "echoed_table",
                        "features",
                        "batch_size",
                        "rate",
                        "loud",
                        "options",
                        "network",
                        "mood",
                        "at",
                        "parts",
                        "nested",
                        "curve");
        assertThat(row.<String>getAs("run_id")).isEqualTo("r1");
        assertThat(row.<String>getAs("echoed_table")).isEqualTo("news");
        assertThat(row.getList(2)).isEqualTo(List.of("title", "text"));
        assertThat(row.<Integer>getAs("batch_size")).isEqualTo(7);
        assertThat(row.<Double>getAs("rate")).isEqualTo(0.5);
        assertThat(row.<Boolean>getAs("loud")).isTrue();
        assertThat(row.getJavaMap(6)).isEqualTo(Map.of("header", "true"));
        assertThat(row.<String>getAs("network")).isEqualTo("auto");
        assertThat(row.<String>getAs("mood")).isEqualTo("CALM");
        assertThat(row.getTimestamp(9).toInstant()).isEqualTo(Instant.ofEpochSecond(1));
        assertThat(row.<Row>getList(10)).extracting(part -> part.getDouble(1)).containsExactly(0.25, 0.75);
        assertThat(row.getJavaMap(11)).hasToString("{sport=Map(precision -> 0.5)}");
        assertThat(row.getList(12)).isEqualTo(List.of(1.0, 2.0));
    }

    @Test
    void argumentsGoByPositionTooAndOthersHaveTheirDefaults() {
        Row row = sql("CALL procs.echo_back('news', 'title, text', 5)").get(0);
        assertThat(row.getList(2)).isEqualTo(List.of("title", "text"));
        assertThat(row.<Integer>getAs("batch_size")).isEqualTo(5);
        assertThat(row.<Double>getAs("rate")).isNull();
        assertThat(row.<Boolean>getAs("loud")).isFalse();
        assertThat(row.getJavaMap(6)).isEmpty();
        assertThat(row.<String>getAs("run_id")).isNull();
        assertThat(sql("CALL procs.echo_back('news')").get(0).<Integer>getAs("batch_size"))
                .isEqualTo(3);
    }

    @Test
    void aListOfRecordsIsARowEach() {
        assertThat(sql("CALL procs.items()"))
                .extracting(row -> row.getString(0) + row.getInt(1) + row.getList(2))
                .containsExactly("news1[]", "news2[champion]");
    }

    @Test
    void aProcedureMayUseTheSession() {
        sql("CREATE TABLE counted AS SELECT * FROM range(11)");
        assertThat(sql("CALL procs.count('counted')").get(0).getLong(0)).isEqualTo(11);
        assertThat(sql("SELECT * FROM procs.counts").get(0).getLong(0)).isEqualTo(11);
        assertThat(sql("SHOW TABLES IN procs LIKE 'counts'")).hasSize(1);
        assertThatThrownBy(() -> sql("INSERT INTO procs.counts VALUES (12)"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot write to table procs.counts: the catalog procs holds the platform's own");
        assertThat(sql("SELECT sum(n) FROM athanor.counts").get(0).getLong(0)).isEqualTo(11);
        assertThatThrownBy(() -> sql("DROP TABLE procs.counts"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot drop table procs.counts: the catalog procs holds the platform's own");
        assertThatThrownBy(() -> sql("CREATE TABLE procs.mine (x INT)"))
                .hasMessageContaining("Use another database for tables of your own");
        assertThatThrownBy(() -> sql("SELECT * FROM procs.nosuch")).hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }

    @Test
    void temporaryViewsAreNoTablesOfThePlatform() {
        sql("CREATE TABLE shown AS SELECT * FROM range(3)");
        sql("CALL procs.count('shown')");
        spark().range(1).createOrReplaceTempView("of_the_user");
        spark().range(1).createOrReplaceTempView("counts");
        try {
            assertThat(sql("SHOW TABLES IN procs"))
                    .extracting(row -> row.getString(1))
                    .containsOnlyOnce("counts")
                    .doesNotContain("of_the_user");
        } finally {
            spark().catalog().dropTempView("of_the_user");
            spark().catalog().dropTempView("counts");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "CALL procs.echo_bak('x'); there is no such procedure. Write 'athanor.echo_back' if you meant that.",
                "CALL procs.zzzzzzzzzz(); The procedures are count, echo_back, items",
                "CALL procs.shell(); there is no such procedure",
                "CALL procs.echo_back(tabel => 'x'); it has no parameter 'tabel'. Write 'table' if you meant that.",
                "CALL procs.echo_back(table => 'x', report_directory => 'd'); it has no parameter 'report_directory'",
                "CALL procs.echo_back(); --table (in SQL: table) is missing. Give it text: Table to read.",
                "CALL procs.echo_back('x', network => 'mpl'); Write 'mlp' if you meant that",
                "CALL procs.items(1, 2); it takes at most 0 arguments, and got 2",
                "CALL procs.echo_back('x', features => 3); DATATYPE_MISMATCH"
            })
    void mistakesAreNamed(String call, String message) {
        assertThatThrownBy(() -> sql(call)).hasMessageContaining(message);
    }
}
