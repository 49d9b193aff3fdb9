package dev.athanor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A Python with the libraries that tests compare with, where {@code -Dathanor.peer.python} names one. */
public final class PeerPython {
    private PeerPython() {}

    /**
     * Runs a script of {@code src/peer} and returns what it prints; skips the test where no Python is named or it lacks a
     * module.
     */
    public static String run(String script, String modules, String... arguments)
            throws IOException, InterruptedException {
        String python = System.getProperty("athanor.peer.python", "");
        Assumptions.assumeFalse(
                python.isEmpty(), "-Dathanor.peer.python names no Python with " + modules + ": skipped");
        Assumptions.assumeTrue(
                new ProcessBuilder(python, "-c", "import " + modules)
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                                .start()
                                .waitFor()
                        == 0,
                python + " lacks one of " + modules + ": skipped");
        List<String> command = new ArrayList<>(List.of(python, path(script).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("exit code of %s", command).isZero();
        return output;
    }

    private static Path path(String script) {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            for (String below : List.of("src/peer", "engine/src/peer")) {
                Path file = p.resolve(below).resolve(script);
                if (Files.exists(file)) {
                    return file;
                }
            }
        }
        throw new AssertionError(script + " is not beside the sources");
    }
}
