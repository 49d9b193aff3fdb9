package dev.athanor.spark.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.AthanorException;
import org.junit.jupiter.api.Test;

class OldHadoopTest {
    /** What Hadoop before 3.4.3, as in the stock Spark 4.0.1, runs into on Java 24 and later. */
    @Test
    void namesTheJavaToUse() {
        Throwable failure = new UnsupportedOperationException("getSubject is not supported");
        AthanorException said = Failures.of("Cannot run this command", new IllegalStateException(failure));
        assertThat(said.reason()).matches("Hadoop 3\\S+ does not run on Java \\d+");
        assertThat(said.remedy()).isEqualTo("Set JAVA_HOME to a JDK 17 or 21");
    }
}
