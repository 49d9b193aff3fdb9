package dev.athanor.pipelines.report;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/** The local folder that a report goes to. */
public final class ReportFolder {
    private ReportFolder() {}

    /**
     * Tries whether a report can be written, before the work whose report it is; nothing is left of the trial.
     *
     * @param folder made when it is missing, and taken away again; null for no report
     * @throws AthanorException when nothing can be written there
     */
    public static void require(String folder) {
        if (folder == null) {
            return;
        }
        Path directory = Path.of(folder).toAbsolutePath().normalize();
        Deque<Path> made = new ArrayDeque<>();
        try {
            for (Path p = directory; p != null && !Files.exists(p); p = p.getParent()) {
                made.addLast(p);
            }
            Path first = made.isEmpty() ? directory : made.getLast().getParent();
            if (first != null && !Files.isDirectory(first)) {
                throw refused(folder, first + " is a file", null);
            }
            Files.createDirectories(directory);
            Files.delete(Files.createTempFile(directory, ".report", ".trial"));
        } catch (IOException e) {
            throw refused(folder, reason(e), e);
        } finally {
            discard(made);
        }
    }

    private static void discard(Deque<Path> made) {
        try {
            for (Path p : made) {
                Files.deleteIfExists(p);
            }
        } catch (IOException e) {
            // Another process has put something there: then it is to stay.
            return;
        }
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f && f.getReason() != null ? f.getReason() : e.getMessage();
        return "nothing can be written there (" + e.getClass().getSimpleName() + (reason == null ? "" : ", " + reason)
                + ")";
    }

    private static AthanorException refused(String folder, String reason, IOException cause) {
        return new AthanorException(
                "Cannot write the report to " + folder,
                reason,
                "Give --report a folder that this user may write to",
                cause);
    }
}
