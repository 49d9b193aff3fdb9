package dev.athanor.spark.platform;

import dev.athanor.engine.AthanorException;
import java.util.Arrays;
import java.util.Optional;

/** Tells an end of the process that Spark decided on, because of an error in a task, from one that someone asked for. */
public final class FatalEnd {
    private static final String HANDLER = "org.apache.spark.util.SparkUncaughtExceptionHandler";

    private FatalEnd() {}

    /**
     * What to tell of an end that nobody asked for, or empty. Ask while the process ends: the thread that ends it is still
     * there then, and waits.
     *
     * @param problem what could not be done, as "Cannot verb noun"
     */
    public static Optional<AthanorException> now(String problem) {
        return Thread.getAllStackTraces().values().stream().anyMatch(FatalEnd::isEnding)
                ? Optional.of(new AthanorException(
                        problem,
                        "Spark ended the process because of a fatal error in a task, most often a full Java heap ("
                                + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB)",
                        "The log has the error; for more heap use ATHANOR_JAVA_OPTS=-Xmx8g where ./athanor runs by itself,"
                                + " spark.driver.memory and spark.executor.memory elsewhere"))
                : Optional.empty();
    }

    private static boolean isEnding(StackTraceElement[] stack) {
        return Arrays.stream(stack)
                .anyMatch(frame -> frame.getClassName().startsWith(HANDLER)
                        && frame.getMethodName().equals("uncaughtException"));
    }
}
