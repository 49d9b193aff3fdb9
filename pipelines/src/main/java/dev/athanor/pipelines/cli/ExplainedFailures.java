package dev.athanor.pipelines.cli;

import dev.athanor.engine.AthanorException;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.filter.AbstractFilter;

/**
 * Keeps out of this process's log what Spark writes about a task that failed with an {@link AthanorException}: the command
 * says the same in two lines. Executors elsewhere log it in full, and so does this process with {@code --stacktrace}.
 */
final class ExplainedFailures extends AbstractFilter {
    private static final String NAME = AthanorException.class.getName();
    private static final String SCHEDULER = "org.apache.spark.scheduler.TaskSetManager";

    /** Whether the failure that the scheduler told of last was one of these: that it ends the job comes after it. */
    private volatile boolean last;

    /** Adds the filter, once, to the log that Spark writes to. */
    static void hide() {
        if (LogManager.getRootLogger() instanceof Logger logger) {
            LoggerConfig root = logger.get();
            if (root.getFilter() == null) {
                root.addFilter(new ExplainedFailures());
            }
        }
    }

    @Override
    public Result filter(LogEvent event) {
        if (!event.getLoggerName().startsWith("org.apache.spark.")) {
            return Result.NEUTRAL;
        }
        String message = event.getMessage().getFormattedMessage();
        boolean explained = message.contains(NAME);
        for (Throwable t = event.getThrown(); t != null && !explained; t = t.getCause()) {
            explained = t instanceof AthanorException
                    || (t.getMessage() != null && t.getMessage().contains(NAME));
        }
        if (event.getLoggerName().equals(SCHEDULER)) {
            if (message.contains("aborting job")) {
                explained |= last;
            } else {
                last = explained;
            }
        }
        return explained ? Result.DENY : Result.NEUTRAL;
    }
}
