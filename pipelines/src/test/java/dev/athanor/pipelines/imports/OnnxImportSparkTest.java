package dev.athanor.pipelines.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.pipelines.JobSparkTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Graphs that PyTorch exported, imported and served by SQL. */
class OnnxImportSparkTest extends JobSparkTest {
    private static final Path EXPORTS = exports();

    @TempDir
    private Path folder;

    private static Path exports() {
        Path here = Path.of("").toAbsolutePath();
        return (Files.exists(here.resolve("engine")) ? here : here.getParent())
                .resolve("engine/src/test/resources/onnx");
    }

    private static String vector(JsonNode row) {
        List<String> numbers = new ArrayList<>();
        row.forEach(v -> numbers.add("CAST(" + v.asDouble() + " AS FLOAT)"));
        return "array(" + String.join(", ", numbers) + ")";
    }

    @Test
    void aClassifierPredictsWithItsLabels() throws Exception {
        Files.copy(EXPORTS.resolve("cnn_traced.onnx"), folder.resolve("model.onnx"));
        Files.writeString(
                folder.resolve("config.json"), "{\"id2label\": {\"0\": \"cat\", \"1\": \"dog\", \"2\": \"owl\"}}");
        ImportReport report = run(new ImportJob(), "from", folder.toString(), "model", "onnx_cnn");
        assertThat(report.task()).isEqualTo("CLASSIFICATION");
        JsonNode golden = new ObjectMapper()
                .readTree(EXPORTS.resolve("goldens.json").toFile())
                .get("cnn");
        for (int i = 0; i < golden.get("x").size(); i++) {
            JsonNode y = golden.get("y").get(i);
            int best = 0;
            for (int c = 1; c < 3; c++) {
                best = y.get(c).asDouble() > y.get(best).asDouble() ? c : best;
            }
            Row row = sql("SELECT predict('onnx_cnn', " + vector(golden.get("x").get(i)) + ").prediction")
                    .get(0);
            assertThat(row.getString(0)).isEqualTo(List.of("cat", "dog", "owl").get(best));
        }
    }

    @Test
    void aRegressionPredictsNumbers() throws Exception {
        ImportReport report = run(
                new ImportJob(), "from", EXPORTS.resolve("number_dynamo.onnx").toString(), "model", "onnx_number");
        assertThat(report.task()).isEqualTo("REGRESSION");
        JsonNode golden = new ObjectMapper()
                .readTree(EXPORTS.resolve("goldens.json").toFile())
                .get("number");
        for (int i = 0; i < golden.get("x").size(); i++) {
            Row row = sql("SELECT CAST(predict('onnx_number', "
                            + vector(golden.get("x").get(i)) + ").prediction AS DOUBLE)")
                    .get(0);
            assertThat(row.getDouble(0)).isCloseTo(golden.get("y").get(i).get(0).asDouble(), within(1e-4));
        }
    }

    @Test
    void filesThatAreNoGraphsAreRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("broken.onnx"), "not a graph");
        assertThatThrownBy(() -> run(new ImportJob(), "from", file.toString(), "model", "onnx_broken"))
                .hasMessageContaining("Cannot read the ONNX model");
    }
}
