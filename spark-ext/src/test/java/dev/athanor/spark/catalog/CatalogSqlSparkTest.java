package dev.athanor.spark.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.spark.SparkTestSession;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the SQL files of the catalog, statement by statement, and compares what each gives. */
class CatalogSqlSparkTest extends SparkTestSession {
    @ParameterizedTest
    @ValueSource(strings = {"catalog-tables.sql", "catalog-databases.sql", "catalog-views.sql", "catalog-names.sql"})
    void givesWhatTheFileSays(String file) {
        for (SqlScript.Step step : SqlScript.read(file).steps()) {
            String statement = filled(step.statement());
            if (step.error() != null) {
                assertThatThrownBy(() -> sql(statement))
                        .as("%s:%s", file, step)
                        .hasMessageContaining(filled(step.error()));
            } else {
                List<Row> rows = run(file, step, statement);
                if (step.rows() != null) {
                    assertThat(rows.stream().map(CatalogSqlSparkTest::text).toList())
                            .as("%s:%s", file, step)
                            .containsExactlyInAnyOrderElementsOf(step.rows().stream()
                                    .map(CatalogSqlSparkTest::filled)
                                    .toList());
                }
            }
        }
    }

    private static String filled(String text) {
        return text.replace("${warehouse}", warehouse().toString()).replace("${user}", System.getProperty("user.name"));
    }

    private static List<Row> run(String file, SqlScript.Step step, String statement) {
        try {
            return sql(statement);
        } catch (Exception e) {
            throw new AssertionError(file + ":" + step + " failed", e);
        }
    }

    private static String text(Row row) {
        return java.util.stream.IntStream.range(0, row.size())
                .mapToObj(i -> String.valueOf(row.get(i)))
                .collect(Collectors.joining(" | "));
    }
}
