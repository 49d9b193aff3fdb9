package dev.athanor.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.PeerPython;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.table.RowBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MiniLM as both exporters of PyTorch write it, against sentence-transformers. */
class OnnxEmbeddingTest {
    @TempDir
    private Path folder;

    @Test
    void exportedEncodersGiveTheVectorsOfSentenceTransformers() throws Exception {
        String model = PeerPython.miniLm().toString();
        PeerPython.run("onnx_exports.py", "sentence_transformers, onnxscript", "minilm", model, folder.toString());
        JsonNode golden =
                new ObjectMapper().readTree(folder.resolve("vectors.json").toFile());
        for (String exporter : new String[] {"traced", "dynamo"}) {
            PackageFiles files = new LocalPackageFiles(Files.createDirectories(folder.resolve(exporter + "-package")));
            OnnxPackage.write(
                    files,
                    OnnxSource.open(folder.resolve(exporter).resolve("model.onnx")),
                    new Manifest.Lineage("export", -1, null, 0, "", "", "", 0));
            Model loaded =
                    ModelPackage.load(files, KernelRegistry.select("auto").kernels());
            try (Predictor predictor = loaded.predictor(16)) {
                RowBatch batch = new RowBatch(loaded.signature(), 16);
                for (JsonNode text : golden.get("texts")) {
                    byte[] utf8 = text.asText().getBytes(StandardCharsets.UTF_8);
                    batch.bytes(0).append(utf8, 0, utf8.length);
                }
                Predictions vectors = predictor.predict(batch);
                for (int i = 0; i < vectors.rows(); i++) {
                    for (int k = 0; k < loaded.embeddingWidth(); k++) {
                        assertThat(vectors.embeddings().get(i, k))
                                .as("%s, text %d", exporter, i)
                                .isCloseTo(golden.get("vectors").get(i).get(k).asDouble(), within(1e-4));
                    }
                }
            }
        }
    }
}
