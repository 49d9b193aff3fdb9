package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes of their own, as a user starts them; closing ends those that still run, and what they started. */
final class Shells implements AutoCloseable {
    private final Path folder;
    private final List<Process> started = new ArrayList<>();

    /** @param folder where they run, and where their output goes */
    Shells(Path folder) {
        this.folder = folder;
    }

    /** The file {@code athanor} of this checkout. */
    static String launcher() {
        Path up = Path.of("").toAbsolutePath();
        while (!Files.exists(up.resolve("athanor"))) {
            up = up.getParent();
        }
        return up.resolve("athanor").toString();
    }

    /** Starts {@code athanor arguments…}. */
    Process athanor(String name, String javaOptions, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(launcher()));
        command.addAll(List.of(arguments));
        return start(name, javaOptions, command);
    }

    /** Starts a command; its output goes to {@code name.out} and {@code name.err}. */
    Process start(String name, String javaOptions, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Files.createDirectories(folder.resolve("a folder")).toFile())
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(folder.resolve(name + ".err").toFile());
        builder.environment().put("ATHANOR_NO_BUILD", "1");
        builder.environment().put("ATHANOR_JAVA_OPTS", javaOptions);
        builder.environment().remove("SPARK_HOME");
        Process process = builder.start();
        started.add(process);
        return process;
    }

    String out(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".out"));
    }

    String err(String name) throws IOException {
        return Files.readString(folder.resolve(name + ".err"));
    }

    /** Waits for the end of a process and looks at its exit code. */
    void finish(Process process, String name, int code) throws Exception {
        assertThat(process.waitFor(240, TimeUnit.SECONDS)).as(name + " ended").isTrue();
        assertThat(process.exitValue()).as(err(name)).isEqualTo(code);
    }

    /** Waits for a file that a process makes. */
    void await(Path file, Process process, String name) throws Exception {
        for (int i = 0; i < 2400 && !Files.exists(file) && process.isAlive(); i++) {
            Thread.sleep(50);
        }
        assertThat(file).as(err(name)).exists();
    }

    /** Stops a process as Ctrl-C does, and looks at its exit code. */
    void interrupt(Process process) throws Exception {
        // A build in the background ignores SIGINT, and so do its children: there SIGTERM takes the same way.
        boolean ignored = ignoresInterrupts(process.pid());
        new ProcessBuilder("kill", ignored ? "-TERM" : "-INT", Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(process.waitFor(60, TimeUnit.SECONDS))
                .as("ended within a minute")
                .isTrue();
        assertThat(process.exitValue()).as("128 + the signal").isEqualTo(ignored ? 143 : 130);
    }

    private static boolean ignoresInterrupts(long pid) throws IOException {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return false;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    }

    @Override
    public void close() {
        for (Process process : started) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
