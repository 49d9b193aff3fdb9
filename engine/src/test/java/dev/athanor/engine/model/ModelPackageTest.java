package dev.athanor.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.metrics.Evaluator;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Rows;
import dev.athanor.engine.table.TableProfile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelPackageTest {
    private static final Kernels KERNELS = KernelRegistry.select("scalar").kernels();
    private static final List<ColumnSpec> FEATURES =
            List.of(Rows.number("price"), Rows.string("kind"), Rows.string("title"), Rows.vector("embedding"));
    private static final ColumnSpec LABEL = Rows.string("class");
    private static final List<String> FILES =
            List.of("athanor.json", "athanor.json.sha256", "config.json", "encoder.json", "model.safetensors");

    @TempDir
    private Path directory;

    private static TableProfile profile() {
        Object[][] rows = new Object[30][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Rows.row(
                    i % 7 == 0 ? null : i * 1.5,
                    i % 2 == 0 ? "new" : "used",
                    "some longer title of the thing number " + i,
                    new float[] {i - 10, -i * 0.5f, 3},
                    "class " + i % 3);
        }
        return Rows.profile(FEATURES, LABEL, rows);
    }

    private static RowBatch batch() {
        return Rows.batch(
                FEATURES,
                LABEL,
                Rows.row(3.0, "new", "some title 3", new float[] {1, 2, 3}, "class 0"),
                Rows.row(null, "never seen", null, new float[] {-9, 4, 3}, "class 2"),
                Rows.row(1e9, null, "", new float[] {1, 2}, "class 1"),
                Rows.row(Double.NaN, "used", "x", new float[] {1, 2, 3}, null));
    }

    static Manifest manifest(EncoderPlan plan) {
        return new Manifest(
                1,
                plan.label().task(),
                "mlp",
                "asked for",
                FEATURES,
                "class",
                "string",
                plan.label().classes(),
                Map.of("accuracy", 0.5),
                2.0,
                0.01,
                0,
                0,
                new Manifest.Lineage("db.t", 3, null, 42, "0.1.0", "run-1", "2026-11-23T10:00:00Z", 30),
                Map.of());
    }

    private LocalPackageFiles write() {
        EncoderPlan plan = EncoderPlan.of(profile(), "mlp");
        NetworkSpec spec = NetworkSpec.defaults("mlp", plan.layout(), 3);
        LocalPackageFiles files = new LocalPackageFiles(directory);
        String digest = ModelPackage.write(
                files, manifest(plan), spec, Network.create(spec, 1).tensors(), plan);
        assertThat(ModelPackage.digest(files)).isEqualTo(digest);
        return files;
    }

    @Test
    void aLoadedModelPredictsWithErrorsAsValues() throws IOException {
        LocalPackageFiles files = write();
        assertThat(files.list()).isEqualTo(FILES);
        Model model = ModelPackage.load(files, KERNELS);
        assertThat(model.classes()).containsExactly("class 0", "class 1", "class 2");
        assertThat(model.signature()).isEqualTo(FEATURES);
        assertThat(model.manifest().files()).containsOnlyKeys("config.json", "encoder.json", "model.safetensors");
        try (Predictor predictor = model.predictor(8)) {
            RowBatch batch = batch();
            Predictions p = predictor.predict(batch);
            assertThat(p.rows()).isEqualTo(4);
            assertThat(p.error(0)).isNull();
            assertThat(p.error(1)).isNull();
            assertThat(p.error(2)).isEqualTo("column embedding has 2 values, not 3");
            assertThat(p.error(3)).isEqualTo("column price is NaN");
            double sum = p.probability(0, 0) + p.probability(0, 1) + p.probability(0, 2);
            assertThat(sum).isCloseTo(1, within(1e-5));
            assertThat(p.probability(0, p.classIndex(0))).isGreaterThanOrEqualTo(p.probability(0, 0));
            Evaluator evaluator = new Evaluator(model);
            evaluator.add(model, p, batch);
            assertThat(evaluator.evaluation().rows()).isEqualTo(2);
            assertThat(evaluator.evaluation().errors()).isEqualTo(1);
            assertThat(evaluator.evaluation().unlabelled()).isEqualTo(1);
        }
    }

    @Test
    void aLabelNotSeenInTrainingIsNamed() {
        Model model = ModelPackage.load(write(), KERNELS);
        RowBatch batch =
                Rows.batch(FEATURES, LABEL, Rows.row(3.0, "new", "some title 3", new float[] {1, 2, 3}, "class 9"));
        try (Predictor predictor = model.predictor(8)) {
            Evaluator evaluator = new Evaluator(model);
            evaluator.add(model, predictor.predict(batch), batch);
            assertThatThrownBy(evaluator::evaluation)
                    .isInstanceOf(AthanorException.class)
                    .hasMessage(
                            "Cannot evaluate model: label 'class 9' was not seen in training (1 row has such labels)."
                                    + " Leave these rows out, or train again with them; the model knows class 0, class 1,"
                                    + " class 2.");
        }
    }

    @Test
    void theManifestFollowsItsSchema() throws IOException {
        write();
        String schema;
        try (InputStream in = Manifest.class.getResourceAsStream("athanor.schema.json")) {
            schema = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        Schema validator = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema, InputFormat.JSON);
        String json = Files.readString(directory.resolve("athanor.json"));
        assertThat(validator.validate(json, InputFormat.JSON)).isEmpty();
        assertThat(validator.validate(json.replace("\"formatVersion\" : 1", "\"formatVersion\" : 2"), InputFormat.JSON))
                .isNotEmpty();
        assertThat(validator.validate(json.replace("\"label\"", "\"lable\""), InputFormat.JSON))
                .isNotEmpty();
    }

    @Test
    void aFlippedByteInAnyFileIsFoundAndTheFileNamed() throws IOException {
        write();
        SplittableRandom random = new SplittableRandom(1);
        for (String name : FILES) {
            Path file = directory.resolve(name);
            byte[] original = Files.readAllBytes(file);
            byte[] flipped = original.clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, flipped);
            assertThatThrownBy(() -> ModelPackage.load(new LocalPackageFiles(directory), KERNELS))
                    .as(name)
                    .isInstanceOf(AthanorException.class)
                    .hasMessageStartingWith("Cannot load model package " + directory + ": file ")
                    .hasMessageContaining("is damaged")
                    .satisfies(e -> assertThat(e.getMessage()).contains(name.replace(".sha256", "")));
            Files.write(file, original);
        }
    }

    @Test
    void aTruncatedOrMissingFileIsNamed() throws IOException {
        write();
        for (String name : FILES) {
            Path file = directory.resolve(name);
            byte[] original = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(original, original.length / 2));
            assertThatThrownBy(() -> ModelPackage.load(new LocalPackageFiles(directory), KERNELS))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("file " + name + " is damaged");
            Files.delete(file);
            assertThatThrownBy(() -> ModelPackage.verify(new LocalPackageFiles(directory)))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining(name);
            Files.write(file, original);
        }
        assertThat(ModelPackage.verify(new LocalPackageFiles(directory)).label())
                .isEqualTo("class");
    }

    @Test
    void packagesAreWrittenOnceAndNamesStayInside() {
        LocalPackageFiles files = write();
        assertThatThrownBy(this::write)
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("config.json exists already");
        for (String name : List.of("../x", "a/b", "a\\b", ".hidden", "", "..", "a\0b", "/etc/passwd")) {
            assertThatThrownBy(() -> files.open(name))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("it is not a plain file name");
        }
    }

    @Test
    void aFileWhoseWritingFailsNeverAppears() throws IOException {
        LocalPackageFiles files = new LocalPackageFiles(directory.resolve("new"));
        PackageFiles full = new FullDisk(files);
        EncoderPlan plan = EncoderPlan.of(profile(), "mlp");
        NetworkSpec spec = NetworkSpec.defaults("mlp", plan.layout(), 3);
        Network network = Network.create(spec, 1);
        assertThatThrownBy(() -> ModelPackage.write(full, manifest(plan), spec, network.tensors(), plan))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("No space left on device. Check permissions and free space there");
        assertThat(files.list()).doesNotContain("athanor.json", "athanor.json.sha256");
    }

    /** Fails in the middle of the weights. */
    private record FullDisk(PackageFiles files) implements PackageFiles {
        @Override
        public List<String> list() throws IOException {
            return files.list();
        }

        @Override
        public long size(String name) throws IOException {
            return files.size(name);
        }

        @Override
        public InputStream open(String name) throws IOException {
            return files.open(name);
        }

        @Override
        public OutputStream create(String name) throws IOException {
            OutputStream out = files.create(name);
            if (!name.equals(PackageNames.WEIGHTS)) {
                return out;
            }
            return new OutputStream() {
                private int written;

                @Override
                public void write(int b) throws IOException {
                    if (written++ > 1000) {
                        throw new IOException("No space left on device");
                    }
                    out.write(b);
                }

                @Override
                public void close() throws IOException {
                    out.close();
                }
            };
        }

        @Override
        public String location() {
            return files.location();
        }
    }

    @Test
    void predictionAllocatesNothingInTheSteadyState() {
        Model model = ModelPackage.load(write(), KERNELS);
        RowBatch batch = new RowBatch(FEATURES, 64);
        for (int i = 0; i < 64; i++) {
            Rows.add(batch, i * 1.0, i % 2 == 0 ? "new" : "old", "some title " + i, new float[] {i, 2, 3});
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Predictor predictor = model.predictor(64)) {
            for (int i = 0; i < 1000; i++) {
                predictor.predict(batch);
            }
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) { // the compiler may allocate on behalf of a call: the least of some counts
                long before = threads.getCurrentThreadAllocatedBytes();
                predictor.predict(batch);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least).isLessThanOrEqualTo(64); // the scalar softmax takes one row of doubles per call
        }
    }

    @Test
    void unreadableFilesBecomeErrorsAUserCanActOn() {
        PackageFiles broken = new PackageFiles() {
            @Override
            public List<String> list() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public long size(String name) {
                return 0;
            }

            @Override
            public InputStream open(String name) {
                throw new UncheckedIOException(new IOException("closed"));
            }

            @Override
            public OutputStream create(String name) throws IOException {
                throw new IOException("permission denied");
            }

            @Override
            public String location() {
                return "s3://bucket/m";
            }
        };
        assertThatThrownBy(() -> ModelPackage.load(broken, KERNELS))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot load model package s3://bucket/m: connection reset."
                        + " Check that the files can be read.");
    }
}
