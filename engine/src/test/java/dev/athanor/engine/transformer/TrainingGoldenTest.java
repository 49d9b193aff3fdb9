package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.autodiff.Tape;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.optim.AdamW;
import dev.athanor.engine.optim.Optimizer;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every family has the loss and the gradients that PyTorch has, and after 20 steps of AdamW its weights. */
class TrainingGoldenTest {
    private static final double TOLERANCE = 1e-4;

    @ParameterizedTest
    @CsvSource({
        "bert,scalar",
        "distilbert,scalar",
        "roberta,scalar",
        "gpt2,scalar",
        "llama,scalar",
        "llama3,scalar",
        "mistral,scalar",
        "qwen2,scalar",
        "qwen3,scalar",
        "gemma3_text,scalar",
        "bert,vector",
        "distilbert,vector",
        "roberta,vector",
        "gpt2,vector",
        "llama,vector",
        "llama3,vector",
        "mistral,vector",
        "qwen2,vector",
        "qwen3,vector",
        "gemma3_text,vector"
    })
    void learnsWhatPyTorchLearns(String name, String provider) throws IOException {
        Kernels kernels = KernelRegistry.select(provider).kernels();
        TransformerFolder folder = TransformerFolder.open(Goldens.folder(name));
        TrainableTransformer model = folder.trainable(Tuning.DENSE, List.of(), 1);
        Map<String, Tensor> golden = Goldens.tensors(name);
        JsonNode words = new ObjectMapper()
                .readTree(Files.readAllBytes(Goldens.folder(name).resolve("golden.json")));
        JsonNode settings = words.get("training");
        try (TrainingBatch batch = new TrainingBatch(model, golden, kernels)) {
            Tape tape = batch.tape();
            Optimizer optimizer =
                    new AdamW(model.parameters(), settings.get("weight_decay").asDouble());
            Optimizer.DenseStep step = optimizer.dense(
                    tape.gradients().flat(), 0, model.parameters().flat().size());
            Optimizer.StepSize size = new Optimizer.StepSize();
            int steps = settings.get("steps").asInt();
            for (int i = 1; i <= steps; i++) {
                double loss = batch.run();
                double expected = golden.get("losses").get(i - 1);
                assertThat(Math.abs(loss - expected) / expected)
                        .as("%s: loss before step %d", name, i)
                        .isLessThan(TOLERANCE);
                if (i == 1) {
                    TransformerWeights gradients = model.layout()
                            .parts(n -> tape.gradients().of(model.parameters().get(n)));
                    compare(folder, golden, "grad.", gradients, 1 / batch.terms(), words.get("undetermined"));
                }
                size.set(settings.get("lr").asDouble(), 1 / batch.terms(), i);
                step.apply(kernels, size);
            }
            TransformerWeights after = TransformerWeights.read(
                    folder.spec(), folder.names(), List.of(""), TensorSource.of(model.tensors(), "the trained model"));
            compare(folder, golden, "after.", after, 1, words.get("undetermined"));
        }
    }

    /** Compares each tensor of an architecture with those of the golden file whose names begin with {@code kind}. */
    private static void compare(
            TransformerFolder folder,
            Map<String, Tensor> golden,
            String kind,
            TransformerWeights actual,
            double scale,
            JsonNode undetermined) {
        Map<String, Tensor> stored = new LinkedHashMap<>();
        golden.forEach((n, t) -> {
            if (n.startsWith(kind)) {
                stored.put(n.substring(kind.length()), t);
            }
        });
        WeightNames names = kind.equals("grad.") ? withoutOne(folder.names()) : folder.names();
        TransformerWeights expected =
                TransformerWeights.read(folder.spec(), names, folder.prefixes(), TensorSource.of(stored, kind));
        int compared = 0;
        for (String name : WeightShapes.of(folder.spec()).keySet()) {
            if (isUndetermined(names.places().get(name), undetermined)) {
                continue;
            }
            float[] values = actual.get(name).toFloats();
            for (int i = 0; i < values.length; i++) {
                values[i] *= (float) scale;
            }
            Tensor got = Tensor.of(values, actual.get(name).shape());
            Goldens.assertClose(kind + name, got, expected.get(name), TOLERANCE);
            compared++;
        }
        assertThat(compared).isGreaterThan(folder.spec().blocks().size() * 9);
    }

    /** The gradient of a gain is that of the gain less one. */
    private static WeightNames withoutOne(WeightNames names) {
        WeightNames plain = new WeightNames();
        names.places().forEach((name, p) -> plain.places()
                .put(name, new WeightNames.Place(p.file(), p.transposed(), p.from(), p.to(), false, p.half())));
        return plain;
    }

    private static boolean isUndetermined(WeightNames.Place place, JsonNode ranges) {
        var fields = ranges.fields();
        while (fields.hasNext()) {
            var entry = fields.next();
            if (entry.getKey().endsWith(place.file())
                    && (place.to() == 0 || entry.getValue().get(0).asInt() == place.from())) {
                return true;
            }
        }
        return false;
    }
}
