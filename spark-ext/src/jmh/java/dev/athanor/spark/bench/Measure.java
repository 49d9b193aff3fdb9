package dev.athanor.spark.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Seconds on the clock, and of processors in this whole process, that some work took. */
record Measure(double wall, double cpu) {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    static Measure of(Callable<?> work) throws Exception {
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        work.call();
        return new Measure((System.nanoTime() - start) / 1e9, (SYSTEM.getProcessCpuTime() - cpu) / 1e9);
    }

    /** The one of two that took less time; {@code other} may be null. */
    Measure better(Measure other) {
        return other == null || wall < other.wall ? this : other;
    }

    void print(String what, long rows) {
        System.out.printf("%-44s %12.0f %10.3f %10.3f%n", what, rows / wall, wall, cpu);
    }

    static void printHead(String what) {
        System.out.printf("%-44s %12s %10s %10s%n", what, "rows/s", "wall s", "CPU s");
    }

    /** Peak resident memory of this process so far; NaN where it is not Linux. */
    static double peakMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.UTF_8).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6)
                    .findFirst()
                    .orElse(Double.NaN);
        } catch (IOException e) {
            return Double.NaN;
        }
    }
}
