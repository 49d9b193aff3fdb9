package dev.athanor.spark.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.job.JobJson;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Which rows a run trains on, kept beside its checkpoints: a later attempt must go on with the same.
 *
 * @param version Delta version, or -1 when the source has none
 * @param rows rows with a label
 */
public record TrainingRows(long version, long rows) {
    private static final String FILE = "rows.json";

    /** Those of an earlier attempt of this run, or empty when none has come to train. */
    public static Optional<TrainingRows> of(JobContext context) throws IOException {
        Path file = new Path(context.checkpointDirectory(), FILE);
        try (InputStream in = file.getFileSystem(hadoop(context)).open(file)) {
            return Optional.of(JobJson.read(new String(in.readAllBytes(), StandardCharsets.UTF_8), TrainingRows.class));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            throw new AthanorException(
                    "Cannot resume run " + context.runId(),
                    "the file " + file + " is damaged",
                    "Use another --run-id to train from the start",
                    e);
        }
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
        write(context);
    }

    private void write(JobContext context) throws IOException {
        Path directory = new Path(context.checkpointDirectory());
        FileSystem files = directory.getFileSystem(hadoop(context));
        Path part = new Path(directory, ".rows-" + UUID.randomUUID() + ".part");
        try (OutputStream out = files.create(part, false)) {
            out.write(JobJson.write(this).getBytes(StandardCharsets.UTF_8));
        }
        Path file = new Path(directory, FILE);
        files.delete(file, false);
        if (!files.rename(part, file)) {
            throw new IOException("Cannot keep what run " + context.runId() + " trains on: renaming " + part + " to "
                    + file + " was refused");
        }
    }

    private static Configuration hadoop(JobContext context) {
        return context.spark().sparkContext().hadoopConfiguration();
    }
}
