package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipException;

/** Says what an error met while reading a source means for the user, whichever Spark layers wrap it. */
public final class SourceErrors {
    private SourceErrors() {}

    /**
     * The error in a user's terms, when its cause is the data: broken compression, a cut-off file, a file that is not of
     * its format or vanished. An {@link AthanorException} anywhere among the causes is returned as it is.
     *
     * @param name path or table as the user wrote it
     */
    public static Optional<AthanorException> explain(String name, Throwable error) {
        List<Throwable> chain = chain(error);
        for (Throwable t : chain) {
            if (t instanceof AthanorException e) {
                return Optional.of(e);
            }
        }
        for (Throwable t : chain) {
            String message = t.getMessage() == null ? "" : t.getMessage();
            String lower = message.toLowerCase(Locale.ROOT);
            if (t instanceof ZipException
                    || lower.contains("not a gzip file")
                    || lower.contains("incorrect header check")
                    || lower.contains("incorrect data check")
                    || lower.contains("stored gzip crc")
                    || lower.contains("invalid block type")
                    || lower.contains("invalid distance")
                    || lower.contains("invalid stored block")
                    || lower.contains("unknown compression method")
                    || lower.contains("unexpected end of input stream")
                    || lower.contains("unexpected end of zlib input stream")) {
                return Optional.of(new AthanorException(
                        "Cannot read " + name,
                        "its compressed data is broken (" + reason(t) + ")",
                        "Fetch or write the file again",
                        error));
            }
            if (message.contains("is not a Parquet file") || message.contains("CANNOT_READ_FILE_FOOTER")) {
                return Optional.of(new AthanorException(
                        "Cannot read " + name,
                        "it is not a Parquet file, or was cut off",
                        "Check --format, or write the file again",
                        error));
            }
            if (t instanceof EOFException) {
                return Optional.of(new AthanorException(
                        "Cannot read " + name,
                        "the file ends too early" + (message.isEmpty() ? "" : " (" + message + ")"),
                        "Fetch or write the file again",
                        error));
            }
            if (t instanceof FileNotFoundException || message.contains("FAILED_READ_FILE.FILE_NOT_EXIST")) {
                return Optional.of(new AthanorException(
                        "Cannot read " + name,
                        "a file vanished while it was read",
                        "Run again when nothing rewrites the data, or read a Delta table",
                        error));
            }
        }
        return Optional.empty();
    }

    /** As {@link #explain}; for an error it does not know, the innermost reason as it stands. */
    public static AthanorException of(String name, Throwable error) {
        return explain(name, error)
                .orElseGet(() -> new AthanorException(
                        "Cannot read " + name,
                        reason(chain(error).get(chain(error).size() - 1)),
                        "Check the data and --format",
                        error));
    }

    /** A one-line reason without class names. */
    static String reason(Throwable t) {
        String message = t.getMessage();
        if (message == null || message.isBlank()) {
            return t.getClass().getSimpleName();
        }
        return message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("")
                .replaceAll("\\s*SQLSTATE: \\w+.*$", "")
                .replaceAll("\\.+$", "");
    }

    private static List<Throwable> chain(Throwable error) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable t = error; t != null && chain.size() < 32; t = t.getCause()) {
            chain.add(t);
        }
        return chain;
    }
}
