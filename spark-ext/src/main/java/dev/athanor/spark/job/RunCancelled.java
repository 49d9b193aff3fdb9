package dev.athanor.spark.job;

import java.util.concurrent.CancellationException;

/** A recorded run was asked to stop and did; the same id goes on with it. */
public final class RunCancelled extends CancellationException {
    private static final long serialVersionUID = 1L;

    private final String runId;

    /** @param cause what ended the job when it was asked, or null */
    public RunCancelled(String runId, Throwable cause) {
        super("Run " + runId + " was cancelled");
        this.runId = runId;
        initCause(cause);
    }

    public String runId() {
        return runId;
    }
}
