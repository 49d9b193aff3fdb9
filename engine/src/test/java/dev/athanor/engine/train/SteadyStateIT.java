package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Neither a training step nor a forward pass allocates once it has run for a while.
 *
 * <p>In a process of its own: tests that run the vector kernels at several widths in one JVM keep its compiler from
 * holding vectors in registers.
 */
class SteadyStateIT {
    @Test
    void stepsAndPassesAllocateNothing() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SteadyState.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        String result = output.lines()
                .filter(line -> line.startsWith("RESULT "))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output));
        for (String bytes : result.substring("RESULT ".length()).split(" ", -1)) {
            assertThat(Long.parseLong(bytes))
                    .as(
                            "bytes allocated in %d steps: one worker, two workers, forward, transformer: %s",
                            SteadyState.STEPS, result)
                    .isLessThanOrEqualTo(SteadyState.SLACK);
        }
    }
}
