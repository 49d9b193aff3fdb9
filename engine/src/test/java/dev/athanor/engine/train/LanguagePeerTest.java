package dev.athanor.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.athanor.engine.PeerPython;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.language.LanguageNetwork;
import dev.athanor.engine.language.LanguageSpec;
import dev.athanor.engine.model.LocalPackageFiles;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.optim.OptimizerKind;
import dev.athanor.engine.optim.WarmupCosine;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Rows;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerPass;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Language models against PyTorch and Hugging Face's libraries, where a Python with them is named: the same training ends at
 * the same loss, and a written package is read there as it is here.
 */
class LanguagePeerTest {
    private static final String SCRIPT = "gpt_peer.py";
    private static final String MODULES = "torch, transformers, tokenizers, numpy";
    private static final int LENGTH = 128;
    private static final int BATCH = 32;
    private static final int EPOCHS = 2;
    private static final int STEPS = 500;
    private static final double RATE = 1e-3;

    @TempDir
    private Path directory;

    private static int[] shakespeare() throws IOException {
        Path file = null;
        for (Path p = Path.of("").toAbsolutePath(); p != null && file == null; p = p.getParent()) {
            Path there = p.resolve("shared/data/text/tinyshakespeare.txt.gz");
            file = Files.exists(there) ? there : null;
        }
        Assumptions.assumeTrue(file != null, "shared/data/text/tinyshakespeare.txt.gz is absent: skipped");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            int[] characters = text.chars().distinct().sorted().toArray();
            return text.chars().map(c -> Arrays.binarySearch(characters, c)).toArray();
        }
    }

    private static ExampleStore store(LanguageSpec spec, int[] ids, int from, int to, int stride, int most) {
        ExampleStore store = new ExampleStore(LanguageNetwork.layout(spec), Long.MAX_VALUE, Path.of("never-spilled"));
        EncodedBatch batch = new EncodedBatch(store.layout(), 1);
        int made = 0;
        for (int at = from; at + LENGTH < to && made < most; at += stride) {
            batch.clear();
            batch.setRows(1);
            LanguageNetwork.add(batch, 0, Arrays.copyOfRange(ids, at, at + LENGTH + 1), LENGTH + 1);
            store.append(batch);
            made++;
        }
        store.finish();
        return store;
    }

    private static void write(ExampleStore store, EpochReader reader, OutputStream to) throws IOException {
        while (reader.next(BATCH)) {
            EncodedBatch batch = new EncodedBatch(store.layout(), reader.rows());
            reader.fill(batch, 0, reader.rows(), null);
            int size = reader.rows() * (LENGTH + 1);
            ByteBuffer bytes = ByteBuffer.allocate(4 * size).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asIntBuffer().put(batch.bag(0).indices().ints(), 0, size);
            to.write(bytes.array());
        }
    }

    @Test
    void reachesTheLossOfTheSameTrainingInPyTorch() throws Exception {
        Assumptions.assumeFalse(
                System.getProperty("athanor.peer.python", "").isEmpty(),
                "-Dathanor.peer.python names no Python with " + MODULES + ": skipped");
        int[] ids = shakespeare();
        int cut = ids.length * 9 / 10;
        LanguageSpec spec = new LanguageSpec(4, 128, 4, LENGTH, 65, 0, "none");
        LanguageNetwork network = LanguageNetwork.create(spec, false, 1);
        Files.write(directory.resolve("config.json"), spec.config());
        try (OutputStream out = Files.newOutputStream(directory.resolve("model.safetensors"))) {
            SafeTensors.write(out, network.files(), Map.of("format", "pt"));
        }
        TrainDefaults recipe = new TrainDefaults(EPOCHS, BATCH, RATE, 0.1, 0.01, 0, 1, 0, false);
        int windows = STEPS / EPOCHS * BATCH;
        FitOptions options = new FitOptions(Task.GENERATION, recipe, OptimizerKind.ADAMW, 1, 2, windows, 1);
        // A little closer than their length, so that two epochs are the steps wanted.
        try (ExampleStore train = store(spec, ids, 0, cut, 125, windows);
                ExampleStore validation = store(spec, ids, cut, ids.length, LENGTH, Integer.MAX_VALUE)) {
            files(train, validation);
            long start = System.nanoTime();
            FitResult result =
                    Trainer.fit(network, train, validation, options, Training.KERNELS, new Training.Silent(), null);
            double seconds = (System.nanoTime() - start) / 1e9;
            double ours = result.history().get(EPOCHS - 1).validationLoss();
            System.out.printf(
                    "GPT 4x128 after %d steps: %.4f nats per character, %.0f tokens/s%n",
                    result.steps(), ours, (double) STEPS * BATCH * LENGTH / seconds);
            JsonNode peer = new ObjectMapper()
                    .readTree(PeerPython.run(SCRIPT, MODULES, "same", directory.toString(), "--threads", "2"));
            System.out.printf("PyTorch: %s%n", peer);
            assertThat(result.steps()).isEqualTo(STEPS);
            assertThat(peer.path("steps").asInt()).isEqualTo(STEPS);
            double theirs = peer.path("validation_loss").asDouble();
            assertThat(ours).isBetween(theirs * 0.99, theirs * 1.01);
            assertThat(ours).isLessThan(2.03 * 1.01);
        }
    }

    /** What PyTorch needs to do the same: every batch, the windows to measure on, and the rate of each step. */
    private void files(ExampleStore train, ExampleStore validation) throws IOException {
        try (OutputStream out = Files.newOutputStream(directory.resolve("batches.bin"))) {
            EpochReader reader = train.shuffled(1, 1);
            write(train, reader, out);
            for (int epoch = 2; epoch <= EPOCHS; epoch++) {
                reader.restart(1, epoch);
                write(train, reader, out);
            }
        }
        try (OutputStream out = Files.newOutputStream(directory.resolve("validation.bin"))) {
            write(validation, validation.inOrder(), out);
        }
        ObjectNode settings = new ObjectMapper().createObjectNode();
        settings.put("batch", BATCH).put("length", LENGTH).put("clip", 1).put("decay", 0.01);
        WarmupCosine schedule = new WarmupCosine(RATE, 0.1, 0.01);
        for (int step = 1; step <= STEPS; step++) {
            settings.withArray("rates").add(schedule.rate(step / (double) STEPS));
        }
        Files.writeString(directory.resolve("settings.json"), settings.toString());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPackageIsReadByTransformersAndTokenizers(boolean characters) throws Exception {
        List<ColumnSpec> column = List.of(Rows.string("text"));
        List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(Rows.row("Größe " + i + " is less than " + (i + 1) + " 🜂, isn't it?\n\n  Yes"));
        }
        TrainOptions training = new TrainOptions(
                "gpt", 1, 16, 5e-3, OptimizerKind.ADAMW, 0.1, 7, false, 2, directory.resolve("spill"), 64 << 20);
        TrainedLanguageModel trained = LanguageTrainer.train(
                Training.source(rows),
                new RowBatch(column, 64),
                new LanguageOptions(2, 48, 3, 64, characters, 300, false, training),
                Training.KERNELS,
                null,
                new Training.Silent());
        Path folder = directory.resolve("package");
        trained.write(
                new LocalPackageFiles(folder),
                new Manifest.Lineage("memory", -1, null, 1, "test", "run", "2026-11-23T10:00:00Z", 1));
        List<String> lines =
                List.of("Größe 7 is 🜂", "isn't\n\n  it less than", characters ? "a\u2581b" : "neue Wörter 🜁 zzz");
        new ObjectMapper().writeValue(folder.resolve("lines.json").toFile(), lines);
        JsonNode peer = new ObjectMapper().readTree(PeerPython.run(SCRIPT, MODULES, "check", folder.toString()));
        PreparedTransformer model = TransformerFolder.open(folder).prepare(Training.KERNELS);
        var tokenizer = TokenizerJson.read(folder.resolve("tokenizer.json"));
        try (TransformerPass pass = model.pass()) {
            for (int i = 0; i < lines.size(); i++) {
                Tokens tokens = new Tokens();
                tokenizer.encode(lines.get(i), tokens);
                int[] expected = new ObjectMapper().convertValue(peer.get(i).path("ids"), int[].class);
                assertThat(tokens.toArray()).as(lines.get(i)).isEqualTo(expected);
                assertThat(tokenizer.decode(tokens.ids(), 0, tokens.size(), true))
                        .isEqualTo(peer.get(i).path("text").asText());
                TokenBatch batch = new TokenBatch();
                batch.add(tokens);
                Tensor logits =
                        Tensor.zeros(DType.FLOAT32, tokens.size(), model.spec().vocabulary());
                pass.logits(pass.forward(batch), logits);
                float[] theirs = new ObjectMapper().convertValue(peer.get(i).path("logits"), float[].class);
                assertThat(logits.toFloats()).hasSameSizeAs(theirs);
                for (int k = 0; k < theirs.length; k++) {
                    assertThat(logits.toFloats()[k]).isCloseTo(theirs[k], offset(1e-4f));
                }
            }
        }
    }
}
