package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.Filter;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.filter.AbstractFilter;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.Test;

/** What is logged of tasks that fail. */
class ExplainedFailuresSparkTest extends JobSparkTest {
    /** Keeps what the filters before it let through. */
    private static final class Kept extends AbstractFilter {
        final List<String> lines = Collections.synchronizedList(new ArrayList<>());

        @Override
        public Result filter(LogEvent event) {
            lines.add(event.getLoggerName() + " " + event.getMessage().getFormattedMessage());
            return Result.NEUTRAL;
        }
    }

    @Test
    void onlyWhatNobodyExplainsIsLogged() {
        spark();
        LoggerConfig root = ((Logger) LogManager.getRootLogger()).get();
        Filter before = root.getFilter();
        if (before != null) {
            root.removeFilter(before);
        }
        Kept kept = new Kept();
        root.addFilter(kept);
        try {
            fail(false);
            assertLogged(kept);
            root.removeFilter(kept);
            kept.lines.clear();
            ExplainedFailures.hide();
            ExplainedFailures.hide();
            root.addFilter(kept);
            fail(false);
            assertThat(kept.lines)
                    .noneMatch(line -> line.contains("Lost task"))
                    .noneMatch(line -> line.contains("Exception"))
                    .noneMatch(line -> line.contains("aborting job"));
            fail(true);
            assertLogged(kept);
        } finally {
            root.removeFilter(root.getFilter());
            if (before != null) {
                root.addFilter(before);
            }
        }
    }

    private static void assertLogged(Kept kept) {
        assertThat(kept.lines)
                .anyMatch(line -> line.contains("TaskSetManager Lost task"))
                .anyMatch(line -> line.contains("executor.Executor Exception in task"))
                .anyMatch(line -> line.contains("aborting job"));
    }

    private static void fail(boolean unforeseen) {
        MapFunction<Long, Long> failing = id -> {
            if (unforeseen) {
                throw new IllegalStateException("nobody knows why");
            }
            throw new AthanorException("Cannot read row", "it is bad", "Mend it");
        };
        assertThatThrownBy(() ->
                        spark().range(0, 4, 1, 1).map(failing, Encoders.LONG()).collectAsList())
                .hasMessageContaining(unforeseen ? "nobody knows why" : "it is bad");
    }
}
