package dev.athanor.spark.job;

import dev.athanor.spark.platform.LocalProcess;
import java.time.Instant;
import java.util.UUID;

/**
 * Who drives an attempt of a run.
 *
 * @param token unique per attempt
 * @param host host name
 * @param pid process id
 * @param processStarted when the process started; null when the system does not tell
 * @param space where its process id means this process; null when it is not known
 */
record RunOwner(String token, String host, long pid, Instant processStarted, String space) {
    static RunOwner here() {
        LocalProcess process = LocalProcess.current();
        return new RunOwner(
                UUID.randomUUID().toString(), process.host(), process.pid(), process.started(), process.space());
    }

    /** Whether this owner's process ended for certain; false when it lives or cannot be seen from here. */
    boolean gone() {
        return new LocalProcess(host, pid, processStarted, space).gone();
    }
}
