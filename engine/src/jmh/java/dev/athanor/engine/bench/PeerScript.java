package dev.athanor.engine.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Python script that does a benchmark's work with other libraries and prints what it measured as JSON, last. */
public final class PeerScript {
    /** System property that names the Python with the peers' libraries; empty or absent: peers are not measured. */
    public static final String PYTHON = "athanor.peer.python";

    private PeerScript() {}

    public static boolean available() {
        return !System.getProperty(PYTHON, "").isEmpty();
    }

    /**
     * @param script its path in the project
     * @param threads what OMP_NUM_THREADS says
     */
    public static JsonNode run(String script, int threads, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(System.getProperty(PYTHON));
        command.add(Checkout.root().resolve(script).toString());
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile("peer", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
        Process process = builder.start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("Cannot run the peer: " + command + " ended with " + code + ": "
                        + Files.readString(log, StandardCharsets.UTF_8));
            }
            String[] lines = output.strip().split("\n", -1);
            return new ObjectMapper().readTree(lines[lines.length - 1]);
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Cannot run the peer: interrupted", e);
        } finally {
            Files.delete(log);
        }
    }
}
