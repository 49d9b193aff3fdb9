package dev.athanor.spark.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.SparkTestSession;
import org.apache.spark.sql.AnalysisException;
import org.junit.jupiter.api.Test;

/** The sentences that Spark's errors become. */
class FailuresSparkTest extends SparkTestSession {
    @Test
    void aNameThatIsNotKnownMakesWholeSentences() {
        for (String query : new String[] {"SELECT nosuch", "SELECT nosuch FROM range(3)", "SELECT * FROM nosuch"}) {
            AnalysisException thrown = null;
            try {
                spark().sql(query).collect();
            } catch (Exception e) { // Spark's is checked, and undeclared
                thrown = (AnalysisException) e;
            }
            assertThat(Failures.of("Cannot run sql", thrown).getMessage())
                    .contains("nosuch")
                    .endsWith(". Mend the query or the names in it.")
                    .doesNotContain("SQLSTATE")
                    .doesNotContain(". .")
                    .doesNotContain("..");
        }
    }
}
