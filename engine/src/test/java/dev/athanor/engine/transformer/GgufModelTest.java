package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A decoder in a GGUF file is the decoder of its Hugging Face folder. */
class GgufModelTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama", "llama3", "qwen2", "qwen3", "gemma3_text"})
    void computesTheLogitsOfPyTorch(String name) throws IOException {
        Map<String, Tensor> golden = Goldens.tensors(name);
        TokenBatch batch = Goldens.batch(golden);
        Path file = GgufCopies.write(name, directory.resolve("model.gguf"));
        PreparedTransformer model;
        try (GgufModel gguf = GgufModel.open(file)) {
            TransformerSpec twin = TransformerFolder.open(Goldens.folder(name)).spec();
            assertThat(gguf.spec().head()).isEqualTo(twin.head());
            if (!name.equals("llama3") && !name.equals("gemma3_text")) { // bands as divisors; another scale of scores
                assertThat(gguf.spec()).isEqualTo(twin);
            }
            model = gguf.prepare(KernelRegistry.select("auto").kernels());
        }
        try (TransformerPass pass = model.pass()) {
            Tensor hidden = pass.forward(batch);
            Goldens.assertClose(name + " hidden", hidden, golden.get("hidden"), 2e-5);
            Tensor logits =
                    Tensor.zeros(DType.FLOAT32, batch.tokens(), model.spec().vocabulary());
            pass.logits(hidden, logits);
            Goldens.assertClose(name + " logits", logits, golden.get("logits"), 2e-5);
        }
    }

    @Test
    void anArchitectureThatIsNotKnownIsNamed() throws IOException {
        Path file = GgufCopies.write("llama", directory.resolve("model.gguf"));
        replace(file, "llama", "mamba");
        assertThatThrownBy(() -> GgufModel.open(file))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("its general.architecture is mamba")
                .hasMessageContaining("Supported are gemma3, gpt2, llama, qwen2, qwen3");
    }

    @Test
    void aMissingKeyIsNamed() throws IOException {
        Path file = GgufCopies.write("qwen3", directory.resolve("model.gguf"));
        replace(file, "qwen3.embedding_length", "qwen3.embedding_lengtx");
        assertThatThrownBy(() -> GgufModel.open(file))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("it has no qwen3.embedding_length");
    }

    private static void replace(Path file, String from, String to) throws IOException {
        String bytes = Files.readString(file, StandardCharsets.ISO_8859_1);
        Files.writeString(file, bytes.replace(from, to), StandardCharsets.ISO_8859_1);
    }
}
