package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.PeerPython;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.model.LocalPackageFiles;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.table.RowBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real all-MiniLM-L6-v2 through its package makes the vectors that sentence-transformers makes. */
class MiniLmTest {
    @TempDir
    private Path directory;

    @Test
    void embedsAsSentenceTransformersDoes() throws Exception {
        Path folder = PeerPython.miniLm();
        LocalPackageFiles files = new LocalPackageFiles(directory);
        TransformerPackage.writeEmbedding(
                files,
                TransformerFolder.open(folder),
                new Manifest.Lineage(folder.toString(), -1, null, 0, "test", "run-1", "2026-11-24T10:00:00Z", 0));
        ModelPackage.verify(files);
        Kernels kernels = KernelRegistry.select("auto").kernels();
        Model model = ModelPackage.load(files, kernels);
        JsonNode golden = new ObjectMapper()
                .readTree(Files.readAllBytes(Goldens.folder("minilm").resolve("golden.json")));
        JsonNode texts = golden.get("sentences");
        RowBatch batch = new RowBatch(model.signature(), texts.size());
        for (JsonNode text : texts) {
            byte[] utf8 = text.get("text").asText().getBytes(StandardCharsets.UTF_8);
            batch.bytes(0).append(utf8, 0, utf8.length);
        }
        try (Predictor predictor = model.predictor(texts.size())) {
            Predictions p = predictor.predict(batch);
            double worst = 0;
            for (int row = 0; row < texts.size(); row++) {
                assertThat(p.error(row)).isNull();
                for (int i = 0; i < model.embeddingWidth(); i++) {
                    double difference = Math.abs(p.embeddings().get(row, i)
                            - texts.get(row).get("embedding").get(i).asDouble());
                    worst = Math.max(worst, difference);
                }
            }
            assertThat(worst).isLessThan(2e-6);
        }
    }
}
