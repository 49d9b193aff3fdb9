package dev.athanor.pipelines.cli;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.platform.FatalEnd;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.SparkSession;

/**
 * The end of the process by Ctrl-C or SIGTERM: Spark is stopped under its running queries, and of all that then fails
 * nothing concerns the user, who asked for it. Logs fall silent, and the command has time to say that it was cancelled.
 */
final class Ending {
    private static final long PATIENCE_MILLIS = 20_000;
    private static final long POLL_MILLIS = 50;

    private final CountDownLatch answered = new CountDownLatch(1);
    private volatile boolean asked;
    private volatile AthanorException fault;

    /** Notices the end of this process. */
    static Ending ofProcess() {
        Ending ending = new Ending();
        Runtime.getRuntime().addShutdownHook(new Thread(ending::begin, "athanor-ending"));
        return ending;
    }

    private void begin() {
        if (answered.getCount() == 0) {
            return;
        }
        fault = FatalEnd.now("Cannot finish").orElse(null);
        asked = true;
        try {
            // A spark-submit has set up its log before the command began, with a stream of its own.
            SparkSession.getDefaultSession().foreach(session -> {
                session.sparkContext().setLogLevel("OFF");
                return null;
            });
            for (long waited = 0; waited < PATIENCE_MILLIS && answered.getCount() > 0; waited += POLL_MILLIS) {
                if (answered.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What logs and libraries may write to: nothing comes through once the process was asked to end. */
    PrintStream untilAsked(OutputStream out) {
        return new PrintStream(
                new FilterOutputStream(out) {
                    @Override
                    public void write(int b) throws IOException {
                        if (!asked) {
                            out.write(b);
                        }
                    }

                    @Override
                    public void write(byte[] bytes, int from, int length) throws IOException {
                        if (!asked) {
                            out.write(bytes, from, length);
                        }
                    }
                },
                true,
                StandardCharsets.UTF_8);
    }

    /** Whether the process was asked to end. */
    boolean asked() {
        return asked;
    }

    /** Why the process ends without anyone having asked, or null. */
    AthanorException fault() {
        return fault;
    }

    /** The command has said all that it has to say. */
    void answered() {
        answered.countDown();
    }
}
