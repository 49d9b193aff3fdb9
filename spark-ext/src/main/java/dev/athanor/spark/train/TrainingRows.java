package dev.athanor.spark.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which rows a run trains on, kept beside its checkpoints: a later attempt must go on with the same.
 *
 * @param version Delta version, or -1 when the source has none
 * @param rows rows with a label
 * @param files those that are read, where no version says what they hold; null for others
 */
public record TrainingRows(long version, long rows, InputFiles files) {
    /** Those of an earlier attempt of this run, or empty when none has come to train. */
    public static Optional<TrainingRows> of(JobContext context) throws IOException {
        Path directory = new Path(context.checkpointDirectory());
        try {
            return in(directory, directory.getFileSystem(hadoop(context)));
        } catch (JsonProcessingException | ChecksumException e) {
            throw new AthanorException(
                    "Cannot resume run " + context.runId(),
                    "the file in " + directory + " that says on which rows it trains is damaged",
                    "Use another --run-id to train from the start",
                    e);
        }
    }

    /** Those last kept in a directory. */
    static Optional<TrainingRows> in(Path directory, FileSystem files) throws IOException {
        Optional<Path> kept = kept(directory, files).newest();
        if (kept.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = files.open(kept.get())) {
            return Optional.of(JobJson.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), TrainingRows.class));
        }
    }

    private static NumberedFiles kept(Path directory, FileSystem files) {
        return new NumberedFiles(directory, files, "rows", ".json");
    }

    /**
     * Keeps these rows as those of the run.
     *
     * @param source table or path, for the error
     * @throws AthanorException when a checkpoint of an earlier attempt was trained on other rows
     */
    public void claim(JobContext context, String source) throws IOException {
        TrainingRows before = of(context).orElse(null);
        if (equals(before)) {
            return;
        }
        boolean trained =
                before != null && new HadoopCheckpointStore(context.checkpointDirectory(), hadoop(context)).exists();
        if (trained && before.rows != rows) {
            throw new AthanorException(
                    "Cannot resume run " + context.runId(),
                    source + " had " + before.rows + " rows with a label when the run started and has " + rows
                            + " now"
                            + (before.version < 0 ? ", and it keeps no versions to go back to" : ""),
                    "Restore the rows of then, or use another --run-id to train from the start");
        }
        if (trained && before.files != null && version < 0 && !before.files.equals(files)) {
            throw new AthanorException(
                    "Cannot resume run " + context.runId(),
                    "the files of " + source + " are not those that the run started on: then "
                            + before.files.described() + ", now " + (files == null ? "none" : files.described()),
                    "Restore the files of then with their times, or use another --run-id to train from the start");
        }
        Path directory = new Path(context.checkpointDirectory());
        keepIn(directory, directory.getFileSystem(hadoop(context)));
    }

    /** Keeps these in a directory, in place of those before; whenever this is interrupted, either are there. */
    void keepIn(Path directory, FileSystem files) throws IOException {
        byte[] json = JobJson.write(this).getBytes(StandardCharsets.UTF_8);
        kept(directory, files).write(out -> out.write(json));
    }

    private static Configuration hadoop(JobContext context) {
        return context.spark().sparkContext().hadoopConfiguration();
    }
}
