package dev.athanor.spark.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.SparkTestSession;
import java.util.List;
import org.apache.spark.sql.AnalysisException;
import org.junit.jupiter.api.Test;
import scala.MatchError;

/** The sentences that Spark's errors become. */
class FailuresSparkTest extends SparkTestSession {
    @Test
    void aFullHeapIsToldOfInWhateverWordsItComes() {
        for (Throwable full : List.of(
                new OutOfMemoryError("Java heap space"),
                new MatchError(new OutOfMemoryError("Java heap space")),
                new IllegalStateException(new RuntimeException("Cannot reserve additional contiguous bytes in the"
                        + " vectorized reader (requested 12288000 bytes). As a workaround, you can reduce the vectorized"
                        + " reader batch size, or disable the vectorized reader")))) {
            assertThat(Failures.isHeapFull(full)).isTrue();
            assertThat(Failures.of("Cannot train", full).getMessage())
                    .startsWith("Cannot train: the Java heap is full (")
                    .contains("ATHANOR_JAVA_OPTS=-Xmx8g");
        }
        assertThat(Failures.isHeapFull(new MatchError("x"))).isFalse();
    }

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
