package dev.athanor.spark.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.platform.LocalProcess;
import dev.athanor.spark.platform.PlatformTable;
import dev.athanor.spark.registry.ModelRegistry.Draft;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class DeltaModelRegistrySparkTest extends SparkTestSession {
    private final ModelRegistry registry = DeltaModelRegistry.of(spark());

    private ModelVersion register(String name, String runId) throws Exception {
        try (Draft draft = registry.draft(name)) {
            TestPackages.fill(draft.files(), name + runId);
            return draft.register(runId);
        }
    }

    private static ModelRef ref(String text) {
        return ModelRef.parse(text);
    }

    @Test
    void versionsAliasesAndDeletion() throws Exception {
        ModelVersion one = register("news", "r1");
        ModelVersion two = register("news", "r2");
        assertThat(one.version()).isEqualTo(1);
        assertThat(two.version()).isEqualTo(2);
        assertThat(one.task()).isEqualTo("CLASSIFICATION");
        assertThat(one.metrics()).containsEntry("accuracy", 0.5);
        assertThat(one.digest()).matches("[0-9a-f]{64}");
        assertThat(registry.resolve(ref("news"))).isEqualTo(two);
        assertThat(registry.resolve(ref("news@1"))).isEqualTo(one);
        assertThat(registry.promote(ref("news@1"), "champion").aliases()).containsExactly("champion");
        assertThatThrownBy(() -> registry.promote(ref("news@1"), "Latest"))
                .hasMessageContaining("a model's name alone names its newest");
        assertThatThrownBy(() -> registry.promote(ref("news@1"), "")).hasMessageContaining("it is empty");
        assertThat(registry.resolve(ref("news@champion")).version()).isEqualTo(1);
        registry.promote(ref("news"), "champion");
        assertThat(registry.resolve(ref("news@champion")).version()).isEqualTo(2);
        assertThat(registry.resolve(ref("news@1")).aliases()).isEmpty();
        assertThat(registry.list().stream().filter(v -> v.name().equals("news")))
                .extracting(ModelVersion::ref)
                .containsExactly("news@2", "news@1");
        try (InputStream in = registry.open(two).open("model.safetensors")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("newsr2");
        }

        assertThat(registry.delete(ref("news@2")))
                .extracting(ModelVersion::version)
                .containsExactly(2);
        assertThat(Path.of(two.location().substring("file:".length()))).doesNotExist();
        assertThat(registry.resolve(ref("news")).version()).isEqualTo(1);
        assertThatThrownBy(() -> registry.resolve(ref("news@champion")))
                .hasMessage("Cannot find model news@champion: it has no alias 'champion'. "
                        + "Set it with 'athanor models promote news --alias champion'.");
        assertThat(register("news", "r3").version())
                .as("a number is never used again")
                .isEqualTo(3);
        registry.delete(ref("news"));
        assertThatThrownBy(() -> registry.resolve(ref("news")))
                .hasMessageStartingWith("Cannot find model news: there is no model 'news' in this warehouse. ");
        assertThat(register("news", "r4").version()).isEqualTo(4);
    }

    @Test
    void aWrongNameGetsTheNearest() throws Exception {
        register("weather", "w1");
        registry.promote(ref("weather"), "champion");
        assertThatThrownBy(() -> registry.resolve(ref("wether")))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot find model wether: there is no model 'wether' in this warehouse. "
                        + "Write 'weather' if you meant that.");
        assertThatThrownBy(() -> registry.resolve(ref("weather@7")))
                .hasMessage("Cannot find model weather@7: it has no version 7. Its versions are 1.");
        assertThatThrownBy(() -> registry.resolve(ref("weather@champoin")))
                .hasMessage("Cannot find model weather@champoin: it has no alias 'champoin'. "
                        + "Write 'champion' if you meant that.");
        assertThatThrownBy(() -> registry.promote(ref("weather"), "3")).hasMessageContaining("looks like a version");
        assertThatThrownBy(() -> registry.draft("../../etc")).hasMessageContaining("as a model name");
        assertThatThrownBy(() -> registry.draft("weather@3"))
                .hasMessage("Cannot register a model as 'weather@3': versions are given by the registry. "
                        + "Use the name alone, 'weather'.");
    }

    @Test
    void oneRunRegistersOnce() throws Exception {
        ModelVersion first = register("once", "same-run");
        ModelVersion again = register("once", "same-run");
        assertThat(again).isEqualTo(first);
        assertThat(packages("once-")).hasSize(1);
    }

    @Test
    void whatIsNotRegisteredLeavesNothing() throws Exception {
        try (Draft draft = registry.draft("gone")) {
            TestPackages.fill(draft.files(), "x");
        }
        assertThat(packages("gone-")).isEmpty();
        assertThatThrownBy(() -> registry.resolve(ref("gone"))).hasMessageContaining("there is no model 'gone'");
        try (Draft draft = registry.draft("gone")) {
            TestPackages.fill(draft.files(), "x");
            Path weights = Path.of(draft.location().substring("file:".length()), "model.safetensors");
            Files.delete(weights.resolveSibling(".model.safetensors.crc"));
            Files.writeString(weights, "y");
            assertThatThrownBy(() -> draft.register("r"))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageStartingWith("Cannot ")
                    .hasMessageContaining("model.safetensors")
                    .hasMessageContaining("sha256");
        }
        assertThat(packages("gone-")).isEmpty();
    }

    /** A draft as a process would leave it that is killed while it writes. */
    private Path left(String name, String owner, Duration age) throws Exception {
        Path directory = warehouse().resolve("athanor/packages").resolve(name + "-" + UUID.randomUUID());
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("model.safetensors"), "half");
        if (owner != null) {
            Files.writeString(directory.resolve(".draft.json"), owner);
        }
        FileTime time = FileTime.from(Instant.now().minus(age));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, time);
            }
        }
        Files.setLastModifiedTime(directory, time);
        return directory;
    }

    private static String owner(String host, long pid, long started, String space) {
        return "{\"host\":\"%s\",\"pid\":%d,\"started\":%d,\"space\":\"%s\"}".formatted(host, pid, started, space);
    }

    @Test
    void theNextVersionRemovesWhatAKilledProcessLeft() throws Exception {
        LocalProcess here = LocalProcess.current();
        String dead = owner(here.host(), 4194000, 0, here.space());
        String reused = owner(here.host(), here.pid(), 1000, here.space());
        String elsewhere = owner(here.host(), 4194000, 0, "another boot");
        Duration hours = Duration.ofHours(23);
        Duration day = Duration.ofHours(25);
        Duration ages = Duration.ofDays(40);
        List<Path> litter = List.of(
                left("litter", dead, day),
                left("litter", reused, day),
                left("litter", elsewhere, ages),
                left("litter", null, ages));
        List<Path> others = List.of(
                left("litter", dead, hours),
                left("litter", reused, hours),
                left("litter", elsewhere, day),
                left("litter", null, day),
                left("litter-box", dead, day));
        try (Draft writing = registry.draft("litter")) {
            TestPackages.fill(writing.files(), "still being written");
            ModelVersion first = register("litter", "r1");
            assertThat(litter).allSatisfy(folder -> assertThat(folder).doesNotExist());
            assertThat(others).allSatisfy(folder -> assertThat(folder).exists());
            assertThat(writing.register("r2").version()).isEqualTo(2);
            assertThat(Path.of(URI.create(first.location()))).exists();
            assertThat(Path.of(URI.create(first.location())).resolve(".draft.json"))
                    .doesNotExist();
        }
    }

    @Test
    void aStreamThatBreaksLeavesNoFile() throws Exception {
        try (Draft draft = registry.draft("broken")) {
            OutputStream out = draft.files().create("config.json");
            out.write('x');
            assertThat(draft.files().list()).isEmpty();
            out.close();
            assertThat(draft.files().list()).containsExactly("config.json");
            assertThatThrownBy(() -> draft.files().create("config.json").close())
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> draft.files().open("../athanor.json"))
                    .hasMessageContaining("it is not a plain file name");
            assertThatThrownBy(() -> draft.files().create("a/b")).hasMessageContaining("it is not a plain file name");
        }
    }

    @Test
    void manyWritersGetAsManyVersions() throws Exception {
        int writers = 4;
        int each = 3;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        try {
            List<Future<List<Integer>>> all = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                all.add(threads.submit(() -> {
                    List<Integer> got = new ArrayList<>();
                    for (int i = 0; i < each; i++) {
                        got.add(register("crowd", "w" + writer + "-" + i).version());
                    }
                    return got;
                }));
            }
            List<Integer> versions = new ArrayList<>();
            for (Future<List<Integer>> one : all) {
                versions.addAll(one.get());
            }
            assertThat(versions)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.rangeClosed(1, writers * each).boxed().toList());
        } finally {
            threads.shutdownNow();
        }
        assertThat(registry.list().stream().filter(v -> v.name().equals("crowd")))
                .hasSize(writers * each)
                .extracting(ModelVersion::runId)
                .doesNotHaveDuplicates();
    }

    /** The warehouse may be moved or copied as a whole. */
    @Test
    void packagesLieWhereTheirWarehouseDoes() throws Exception {
        ModelVersion carried = register("carried", "c");
        String folder = Path.of(URI.create(carried.location())).getFileName().toString();
        assertThat(carried.location()).isEqualTo("file:" + warehouse().resolve("athanor/packages/" + folder));
        Row row = sql("SELECT * FROM athanor.models WHERE name = 'carried'").get(0);
        assertThat(row.<String>getAs("location")).isEqualTo("athanor/packages/" + folder);

        // As rows were written before, here in the warehouse that this one is a copy of.
        Path original = Files.createTempDirectory(warehouse().getParent(), "original-");
        Path packages =
                Files.createDirectories(original.resolve("athanor/packages").resolve(folder));
        Object[] values = IntStream.range(0, row.size()).mapToObj(row::get).toArray();
        values[row.fieldIndex("name")] = "carried_absolute";
        values[row.fieldIndex("location")] = "file:" + packages;
        values[row.fieldIndex("created_at")] = Instant.now();
        new PlatformTable(spark(), "models", row.schema(), List.of("name", "version"))
                .append(List.of(RowFactory.create(values)));
        ModelVersion absolute = registry.resolve(ref("carried_absolute"));
        assertThat(absolute.location()).isEqualTo(carried.location());
        try (InputStream in = registry.open(absolute).open("model.safetensors")) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("carriedc");
        }
        registry.delete(ref("carried_absolute"));
        assertThat(packages).as("the original's package").exists();
        assertThat(Path.of(URI.create(carried.location()))).doesNotExist();
        registry.delete(ref("carried"));
    }

    @Test
    void resolvingAgainIsQuick() throws Exception {
        register("quick", "q");
        registry.resolve(ref("quick"));
        long start = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            DeltaModelRegistry.of(spark()).resolve(ref("quick"));
        }
        assertThat((System.nanoTime() - start) / 20e6).as("milliseconds").isLessThan(50);
    }

    private static List<String> packages(String prefix) throws IOException {
        Path packages = warehouse().resolve("athanor/packages");
        if (!Files.exists(packages)) {
            return List.of();
        }
        try (var all = Files.list(packages)) {
            return all.map(p -> p.getFileName().toString())
                    .filter(n -> n.startsWith(prefix))
                    .toList();
        }
    }
}
