package dev.athanor.spark.bench;

import dev.athanor.engine.bench.Checkout;
import dev.athanor.engine.bench.PeerScript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The Python that runs the peers: the one named by {@code -Dathanor.peer.python}, or an environment made once under
 * {@code .cache}.
 *
 * @param path the interpreter, empty when there is none
 * @param missing why there is none, or null
 */
record PeerPython(String path, String missing) {
    private static final int NO_PYTHON = 3;

    /** @param requirements a file's name in engine/src/peer, or null where no peer is written in Python */
    static PeerPython find(String requirements) throws IOException, InterruptedException {
        String given = System.getProperty(PeerScript.PYTHON, "");
        if (requirements == null) {
            return new PeerPython("", null);
        }
        return given.isEmpty() ? make(requirements) : new PeerPython(given, null);
    }

    private static PeerPython make(String requirements) throws IOException, InterruptedException {
        Path root = Checkout.root();
        Process process;
        try {
            process = new ProcessBuilder(
                            root.resolve(".ci/venv").toString(),
                            requirements.replace(".txt", ""),
                            root.resolve("engine/src/peer").resolve(requirements).toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            return new PeerPython("", "no shell to make its environment with: " + e.getMessage());
        }
        String path = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        return switch (process.waitFor()) {
            case 0 -> new PeerPython(path, null);
            case NO_PYTHON -> new PeerPython("", "no Python 3.11 with venv on the path");
            default -> new PeerPython("", "its environment could not be made, see the messages above");
        };
    }
}
