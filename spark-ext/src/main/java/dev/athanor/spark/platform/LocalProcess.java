package dev.athanor.spark.platform;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A process that left its name in the warehouse.
 *
 * @param host host name
 * @param pid process id there
 * @param started when it started; null when the system does not tell
 */
public record LocalProcess(String host, long pid, Instant started) {
    /** This one. */
    public static LocalProcess current() {
        ProcessHandle process = ProcessHandle.current();
        return new LocalProcess(
                localHost(), process.pid(), process.info().startInstant().orElse(null));
    }

    /**
     * Whether it ended; false when it lives or cannot be seen from here. A process of another container that has this host
     * name looks ended too: where much is at stake, also look for signs of life.
     */
    public boolean gone() {
        if (!host.equals(localHost())) {
            return false;
        }
        return ProcessHandle.of(pid)
                .map(process -> started != null
                        && process.info()
                                .startInstant()
                                .map(start -> !start.truncatedTo(ChronoUnit.MILLIS)
                                        .equals(started.truncatedTo(ChronoUnit.MILLIS)))
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
