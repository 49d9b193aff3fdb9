package dev.athanor.pipelines.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class DigitsTablesSparkTest extends SparkTestSession {
    @Test
    void theTablesAreWrittenAndWrittenAgain() throws Exception {
        for (int i = 0; i < 2; i++) {
            DigitsTables.write(spark());
            assertThat(spark().table("digits").count()).isEqualTo(1797);
            assertThat(spark().table("digits_train").count()).isEqualTo(1438);
            assertThat(spark().table("digits_test").count()).isEqualTo(359);
        }

        Row columns = sql("SELECT typeof(id), typeof(image), typeof(label), size(image) FROM digits WHERE id = 7")
                .get(0);
        assertThat(columns.mkString(" ")).isEqualTo("int array<float> int 64");
        assertThat(sql("SELECT id FROM digits_train INTERSECT SELECT id FROM digits_test"))
                .isEmpty();
    }

    @Test
    void tablesWithTheMarkAreReplacedWhoeverMadeThem() throws Exception {
        for (String table : List.of("digits", "digits_train", "digits_test")) {
            // As the notebook makes them.
            sql("CREATE OR REPLACE TABLE " + table + " USING delta TBLPROPERTIES ('athanor.quickstart' = 'true') AS"
                    + " SELECT 1 AS id");
        }
        DigitsTables.write(spark());
        assertThat(spark().table("digits").count()).isEqualTo(1797);
    }

    @Test
    void aTableOfTheUserIsLeftAlone() {
        sql("DROP TABLE IF EXISTS digits_test");
        sql("CREATE TABLE digits_test USING delta AS SELECT 'mine' AS owner");
        try {
            assertThatThrownBy(() -> DigitsTables.write(spark()))
                    .isInstanceOf(AthanorException.class)
                    .hasMessage(
                            "Cannot write table digits_test of the quickstart: there is a table of that name already,"
                                    + " which the quickstart did not make. Rename or drop that table, or choose another"
                                    + " --warehouse.");
            assertThat(sql("SELECT owner FROM digits_test").get(0).getString(0)).isEqualTo("mine");
        } finally {
            sql("DROP TABLE digits_test");
        }
    }
}
