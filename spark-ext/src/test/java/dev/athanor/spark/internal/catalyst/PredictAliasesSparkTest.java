package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** WHERE names a call of the select list; that it finds the right rows is shown by {@code sql/predict/alias.sql}. */
class PredictAliasesSparkTest extends PredictTestSession {
    @BeforeAll
    static void table() {
        predictSpark()
                .sql("SELECT id, CAST(id AS DOUBLE) AS x, concat('s', id) AS s FROM range(0, 200, 1, 2)")
                .createOrReplaceTempView("alias_rows");
    }

    @Test
    void theCallIsComputedOnceForEachRow() {
        long before = NEWS.rows.get();
        Dataset<Row> rows = predictSpark()
                .sql("SELECT s, predict('news@champion', x, s) AS p FROM alias_rows WHERE p.confidence > 0.9");
        List<Row> kept = rows.collectAsList();
        assertThat(kept).isNotEmpty().hasSizeLessThan(200);
        assertThat(kept).allMatch(row -> row.getStruct(1).getDouble(1) > 0.9);
        assertThat(NEWS.rows.get() - before).as("%s", Operators.plan(rows)).isEqualTo(200);
        assertThat(Operators.in(rows))
                .hasSize(1)
                .allMatch(operator -> operator.calls().size() == 1);
        assertThat(rows.columns()).containsExactly("s", "p");
    }

    @Test
    void theModelIsLookedUpOnce() {
        long before = lookups();
        predictSpark().sql("SELECT predict('news@champion', x, s) AS p FROM alias_rows WHERE p.confidence > 0.9");
        assertThat(lookups() - before).isEqualTo(1);
    }

    @Test
    void conditionsWithoutThePredictionAreAppliedFirst() {
        long before = NEWS.rows.get();
        predictSpark()
                .sql("SELECT id, predict('news', x, s) AS p FROM alias_rows WHERE p.confidence > 0.9 AND id < 20")
                .collectAsList();
        assertThat(NEWS.rows.get() - before).isEqualTo(20);
    }

    @Test
    void otherAliasesAreStillSparksError() {
        assertThatThrownBy(() -> predictSpark().sql("SELECT x + 1 AS y FROM alias_rows WHERE y > 3"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("UNRESOLVED_COLUMN")
                .hasMessageContaining("`y`");
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT x + 1 AS y, predict('news', x, s) AS p FROM alias_rows"
                                + " WHERE p.confidence > 0.5 AND y > 3"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("UNRESOLVED_COLUMN")
                .hasMessageContaining("`y`");
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT predict('news', x, s).confidence AS c FROM alias_rows WHERE c > 0.5"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("UNRESOLVED_COLUMN")
                .hasMessageContaining("`c`");
    }

    @Test
    void wrongNamesAndFieldsAreNamed() {
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT predict('news', x, s) AS p FROM alias_rows WHERE p.confidense > 0.5"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("confidense")
                .hasMessageContaining("`confidence`");
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT predict('news', x, gone) AS p FROM alias_rows WHERE p.confidence > 0.5"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("UNRESOLVED_COLUMN")
                .hasMessageContaining("`gone`");
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT predict('nwes', x, s) AS p FROM alias_rows WHERE p.confidence > 0.5"))
                .hasMessageContaining("Did you mean 'news'?");
    }

    @Test
    void anAliasUsedTwiceIsAmbiguous() {
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT predict('news', x, s) AS p, predict('price', x) AS P FROM alias_rows"
                                + " WHERE p.confidence > 0.5"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot filter by 'p.confidence': 2 columns of the select list are called p."
                        + " Give each its own name.");
    }

    @Test
    void anArgumentThatIsNotDeterministicIsRefused() {
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT predict('price', rand()) AS p FROM alias_rows WHERE p.prediction > 5"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot filter by 'p': an argument of predict is not deterministic, so the prediction in"
                        + " WHERE would not be the one in the select list."
                        + " Filter around it: SELECT * FROM (SELECT …) WHERE ….");
    }

    @Test
    void aggregatesAndWindowsAreStillSparksError() {
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT s, predict('price', sum(x)) AS p FROM alias_rows WHERE p.prediction > 5"
                                + " GROUP BY s"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("WHERE");
        assertThatThrownBy(() -> predictSpark()
                        .sql("SELECT predict('price', sum(x) OVER (ORDER BY id)) AS p FROM alias_rows"
                                + " WHERE p.prediction > 5"))
                .isInstanceOf(AnalysisException.class)
                .hasMessageContaining("WHERE");
    }

    @Test
    void caseCountsWhereTheSessionSaysSo() {
        SparkSession spark = predictSpark();
        String query = "SELECT predict('news', x, s) AS p FROM alias_rows WHERE P.confidence > 0.5";
        assertThat(spark.sql(query).count()).isPositive();
        spark.conf().set("spark.sql.caseSensitive", true);
        try {
            assertThatThrownBy(() -> spark.sql(query)).hasMessageContaining("UNRESOLVED_COLUMN");
            assertThat(spark.sql("SELECT predict('news', x, s) AS p, predict('price', x) AS P FROM alias_rows"
                                    + " WHERE p.confidence > 0.5 AND P.prediction > 0")
                            .count())
                    .isPositive();
        } finally {
            spark.conf().unset("spark.sql.caseSensitive");
        }
    }

    @Test
    void variablesOfTheSessionComeBeforeTheAlias() {
        SparkSession spark = predictSpark();
        spark.sql("DECLARE OR REPLACE VARIABLE sure DOUBLE DEFAULT 0.9");
        try {
            assertThat(spark.sql("SELECT predict('truth', s) AS sure FROM VALUES ('a') AS t(s) WHERE sure = 0.9D")
                            .count())
                    .isEqualTo(1);
            assertThat(spark.sql("SELECT predict('news', x, s) AS p FROM alias_rows WHERE p.confidence > sure")
                            .count())
                    .isBetween(1L, 199L);
        } finally {
            spark.sql("DROP TEMPORARY VARIABLE sure");
        }
    }

    @Test
    void parametersOfAStatementMayStandBesideTheAlias() {
        assertThat(predictSpark()
                        .sql(
                                "SELECT predict('news', x, s) AS p FROM alias_rows WHERE p.confidence > :sure",
                                java.util.Map.of("sure", 0.9))
                        .count())
                .isBetween(1L, 199L);
    }
}
