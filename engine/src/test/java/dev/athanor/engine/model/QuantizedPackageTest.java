package dev.athanor.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.transformer.TransformerFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packages of low precision: what their files hold, and that they compute what packing the original so computes. */
class QuantizedPackageTest {
    private static final Kernels SCALAR = new ScalarKernels();
    private static final Path GOLDENS = Path.of("src/test/resources/dev/athanor/engine/transformer");
    private static final Manifest.Lineage LINEAGE =
            new Manifest.Lineage("tiny@1", -1, null, 0, "test", "run", "2026-01-01T00:00:00Z", 0);

    @TempDir
    private Path temp;

    /** A folder of the family's matrices: bert's are (outputs, inputs), gpt2's (inputs, outputs). */
    private TransformerFolder folder(String family) throws Exception {
        Path folder = Files.createDirectories(temp.resolve(family));
        Files.copy(GOLDENS.resolve(family + "/config.json"), folder.resolve("config.json"));
        Files.copy(GOLDENS.resolve(family + "/model.safetensors"), folder.resolve("model.safetensors"));
        Files.copy(GOLDENS.resolve("tiny-wordpiece.json"), folder.resolve("tokenizer.json"));
        return TransformerFolder.open(folder);
    }

    private PackageFiles files(String name) throws Exception {
        return new LocalPackageFiles(Files.createDirectories(temp.resolve(name)));
    }

    private static float[] vectors(Model model, String... texts) {
        RowBatch batch = new RowBatch(model.signature(), texts.length);
        for (String text : texts) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            batch.bytes(0).append(bytes, 0, bytes.length);
        }
        try (Predictor predictor = model.predictor(texts.length)) {
            return predictor.predict(batch).embeddings().toFloats().clone();
        }
    }

    @ParameterizedTest
    @CsvSource({"bert, INT8, 0.40, 0.02", "bert, BFLOAT16, 0.55, 0.01", "gpt2, INT8, 0.40, 0.02"})
    void computesWhatTheOriginalPackedSoComputes(String family, Precision precision, double most, double error)
            throws Exception {
        TransformerFolder folder = folder(family);
        PackageFiles original = files("original");
        PackageFiles small = files("small");
        TransformerPackage.writeEmbedding(original, folder, LINEAGE);
        String digest = TransformerPackage.quantize(original, small, precision, LINEAGE);
        assertThat(ModelPackage.digest(small)).isEqualTo(digest);
        assertThat(WeightBytes.of(small).total())
                .isLessThan((long) (most * WeightBytes.of(original).total()));

        Model full = ModelPackage.load(original, SCALAR);
        Model loaded = ModelPackage.load(small, SCALAR);
        assertThat(loaded.kernels()).contains(precision.code() + " weights");
        Model packed = new EmbeddingModel(
                full.manifest(),
                folder.embedding(),
                TokenizerJson.read(folder.tokenizer()),
                folder.prepare(SCALAR, precision),
                "");
        String[] texts = {"the thing", "a longer text of the same", ""};
        float[] wanted = vectors(packed, texts);
        float[] exact = vectors(full, texts);
        float[] found = vectors(loaded, texts);
        float largest = 0;
        for (float v : exact) {
            largest = Math.max(largest, Math.abs(v));
        }
        boolean differs = false;
        for (int i = 0; i < found.length; i++) {
            // its tables are of 16 bits, those of the packed original are not
            assertThat(found[i]).isCloseTo(wanted[i], org.assertj.core.data.Offset.offset((float) (largest * error)));
            assertThat(found[i])
                    .isCloseTo(exact[i], org.assertj.core.data.Offset.offset((float) (largest * 2 * error)));
            differs |= found[i] != exact[i];
        }
        assertThat(differs).isTrue();
    }

    @Test
    void isNotQuantisedTwice() throws Exception {
        PackageFiles original = files("original");
        PackageFiles small = files("small");
        TransformerPackage.writeEmbedding(original, folder("bert"), LINEAGE);
        TransformerPackage.quantize(original, small, Precision.BFLOAT16, LINEAGE);
        assertThatThrownBy(() -> TransformerPackage.quantize(small, files("smaller"), Precision.INT8, LINEAGE))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("its weights are of low precision already")
                .hasMessageContaining("Quantise the version it was made of: tiny@1");
    }
}
