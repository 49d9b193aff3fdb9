package dev.athanor.spark.platform;

import dev.athanor.engine.AthanorException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.hadoop.security.AccessControlException;
import org.apache.hadoop.util.VersionInfo;
import org.apache.spark.sql.AnalysisException;

/** Turns what went wrong deep inside Spark, Delta or a file system into an error that a user can act on. */
public final class Failures {
    private static final int LONGEST_REASON = 500;

    private Failures() {}

    /**
     * The {@link AthanorException} that is, or caused, {@code failure}; otherwise a new one.
     *
     * @param problem what could not be done, as "Cannot verb noun"
     */
    public static AthanorException of(String problem, Throwable failure) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            if (cause instanceof AthanorException known) {
                return known;
            }
        }
        for (Throwable cause : causes) {
            String text = cause.getMessage() == null ? "" : cause.getMessage();
            if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
                return new AthanorException(
                        problem, "no space is left on the disk", "Free some, or use another --warehouse", failure);
            }
            if (cause instanceof AccessDeniedException
                    || cause instanceof AccessControlException
                    || text.contains("Permission denied")
                    || text.contains("Read-only file system")
                    || text.startsWith("Mkdirs failed to create")
                    || text.startsWith("[DELTA_CANNOT_CREATE_LOG_PATH]")) {
                return new AthanorException(
                        problem,
                        "no permission to write (" + shorten(text) + ")",
                        "Use a folder that this user may write to, for example with --warehouse",
                        failure);
            }
            if (cause instanceof UnsupportedOperationException && text.contains("getSubject is not supported")) {
                return new AthanorException(
                        problem,
                        "Hadoop " + VersionInfo.getVersion() + " does not run on Java "
                                + Runtime.version().feature(),
                        "Set JAVA_HOME to a JDK 17 or 21",
                        failure);
            }
            if (isFullHeap(cause)) {
                return heapFull(problem, failure);
            }
        }
        for (Throwable cause : causes) {
            if (cause instanceof AnalysisException) {
                return new AthanorException(problem, reason(cause), "Mend the query or the names in it", failure);
            }
        }
        return new AthanorException(
                problem,
                reason(causes.get(causes.size() - 1)),
                "The stack trace says where; ./athanor shows it with --stacktrace",
                failure);
    }

    /** Whether a full heap is what went wrong, in the words of those too who found it full. */
    public static boolean isHeapFull(Throwable failure) {
        return causes(failure).stream().anyMatch(Failures::isFullHeap);
    }

    /** @param cause of it, or null where Spark must not see it: it ends a process over it */
    public static AthanorException heapFull(String problem, Throwable cause) {
        return new AthanorException(
                problem,
                "the Java heap is full (" + Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB)",
                "Give it more: ATHANOR_JAVA_OPTS=-Xmx8g where ./athanor runs by itself, spark.driver.memory and"
                        + " spark.executor.memory elsewhere",
                cause);
    }

    private static boolean isFullHeap(Throwable failure) {
        if (failure instanceof OutOfMemoryError) {
            return true;
        }
        String text = failure.getMessage();
        return text != null
                && (text.contains("Cannot reserve additional contiguous bytes in the vectorized reader")
                        || text.contains("java.lang.OutOfMemoryError"));
    }

    private static String reason(Throwable cause) {
        String text = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        if (text == null || text.isBlank()) {
            return name;
        }
        return cause instanceof AnalysisException ? shorten(text) : name + ", " + shorten(text);
    }

    private static String shorten(String text) {
        String line = text.lines()
                .filter(l -> !l.isBlank())
                .findFirst()
                .orElse("")
                .strip()
                .replaceAll(" SQLSTATE: \\w+.*$", "")
                .strip()
                .replaceAll("\\.+$", "");
        return line.length() <= LONGEST_REASON
                ? line
                : String.format(Locale.ROOT, "%s… (%d characters)", line.substring(0, LONGEST_REASON), line.length());
    }

    private static List<Throwable> causes(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        for (Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }
}
