package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code .ci/venv} where Python is not what the pinned requirements need. */
class VenvTest {
    private static final int NO_PYTHON = 3;

    @TempDir
    private Path folder;

    @Test
    void withoutPythonItSaysWhatIsMissing() throws Exception {
        Checkout.Result result = venv(folder.resolve("python9"));
        assertThat(result.code()).isEqualTo(NO_PYTHON);
        assertThat(result.err()).contains("found no Python 3.11", "python9", "Install Python 3.11 with venv");
        assertThat(result.out()).isEmpty();
    }

    @Test
    void anotherVersionOfPythonIsNotUsed() throws Exception {
        // Answers every program as a Python 3.9 answers the script's check: an assertion fails.
        Path old = Files.writeString(folder.resolve("python3.9"), "#!/bin/sh\nexit 1\n");
        assertThat(old.toFile().setExecutable(true)).isTrue();
        Checkout.Result result = venv(old);
        assertThat(result.code()).isEqualTo(NO_PYTHON);
        assertThat(result.err()).contains("found no Python 3.11", "python3.9");
    }

    private Checkout.Result venv(Path python) throws Exception {
        Path requirements = Files.writeString(folder.resolve("requirements.txt"), "");
        return Checkout.run(
                folder,
                Map.of("PYTHON", python.toString()),
                60,
                List.of(Checkout.root().resolve(".ci/venv").toString(), "never", requirements.toString()));
    }
}
