package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** This checkout, and processes in it. */
public final class Checkout {
    private static final int NO_PYTHON = 3;

    private Checkout() {}

    /** What a process said. */
    public record Result(int code, String out, String err) {
        public Result succeeded() {
            assertThat(code)
                    .as("standard error: %s%nstandard output: %s", err, out)
                    .isZero();
            return this;
        }
    }

    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("LICENSE"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** An empty folder under {@code target}, kept after the test for a person to look at. */
    static Path scratch(String name) throws IOException {
        Path target = Files.createDirectories(Path.of("target", "peers").toAbsolutePath());
        return Files.createTempDirectory(target, name + "-");
    }

    /** The python of the environment of these requirements, made when it is missing; aborts the test without Python. */
    public static Path python(String name, Path requirements) throws Exception {
        Result made = run(
                root(), Map.of(), 900, List.of(root().resolve(".ci/venv").toString(), name, requirements.toString()));
        if (made.code() == NO_PYTHON) {
            abort("skipped: " + made.err().strip());
        }
        return Path.of(made.succeeded().out().strip());
    }

    /** Runs a command to its end, or fails after some seconds. */
    public static Result run(Path folder, Map<String, String> environment, int seconds, List<String> command)
            throws Exception {
        Path logs = scratch("process");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(logs.resolve("out").toFile())
                .redirectError(logs.resolve("err").toFile());
        // What the tests say, not what the shell that builds happens to have.
        builder.environment().remove("SPARK_HOME");
        // The build that runs these tests has built what they need.
        builder.environment().put("ATHANOR_NO_BUILD", "1");
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            throw new AssertionError(command + " took longer than " + seconds + " s; its output is in " + logs);
        }
        return new Result(
                process.exitValue(),
                Files.readString(logs.resolve("out"), StandardCharsets.UTF_8),
                Files.readString(logs.resolve("err"), StandardCharsets.UTF_8));
    }
}
