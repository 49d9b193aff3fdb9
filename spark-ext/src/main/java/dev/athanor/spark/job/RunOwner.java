package dev.athanor.spark.job;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.UUID;

/**
 * Who drives an attempt of a run.
 *
 * @param token unique per attempt
 * @param host host name
 * @param pid process id
 * @param processStarted when the process started; null when the system does not tell
 */
record RunOwner(String token, String host, long pid, Instant processStarted) {
    static RunOwner here() {
        ProcessHandle process = ProcessHandle.current();
        return new RunOwner(
                UUID.randomUUID().toString(),
                localHost(),
                process.pid(),
                process.info().startInstant().orElse(null));
    }

    /** Whether this owner's process ended for certain; false when it lives or cannot be seen from here. */
    boolean gone() {
        if (!host.equals(localHost())) {
            return false;
        }
        return ProcessHandle.of(pid)
                .map(process -> processStarted != null
                        && process.info()
                                .startInstant()
                                .map(start -> !start.equals(processStarted))
                                .orElse(false))
                .orElse(true);
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
