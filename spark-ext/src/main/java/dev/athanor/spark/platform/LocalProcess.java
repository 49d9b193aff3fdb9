package dev.athanor.spark.platform;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A process that left its name in the warehouse.
 *
 * @param host host name, for people
 * @param pid process id there
 * @param started when it started; null when the system does not tell
 * @param space where process ids mean the same process, see {@link #localSpace}; null when it left none
 */
public record LocalProcess(String host, long pid, Instant started, String space) {
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Path NAMESPACE = Path.of("/proc/self/ns/pid");

    /** This one. */
    public static LocalProcess current() {
        ProcessHandle process = ProcessHandle.current();
        String host = localHost();
        return new LocalProcess(
                host, process.pid(), process.info().startInstant().orElse(null), localSpace(host));
    }

    /**
     * Whether it ended for certain; false when it lives or cannot be seen from here, as from another machine or container,
     * whatever its host name is.
     */
    public boolean gone() {
        if (!localSpace(localHost()).equals(space)) {
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

    /**
     * On Linux the boot of the machine and the namespace of process ids, which containers have each to themselves; elsewhere
     * the host name.
     */
    private static String localSpace(String host) {
        try {
            return Files.readString(BOOT, StandardCharsets.US_ASCII).strip() + " " + Files.readSymbolicLink(NAMESPACE);
        } catch (IOException | UnsupportedOperationException e) {
            return host;
        }
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
