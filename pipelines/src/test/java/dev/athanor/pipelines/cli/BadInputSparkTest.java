package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user meets who gives a command something bad: a problem, its cause and a remedy, as one JSON object on standard
 * output and two lines on standard error; a run that says failed; nothing half-written.
 */
class BadInputSparkTest extends JobSparkTest {
    private static final String VIEW = "bad_known";
    private static final String MODEL = "bad_model";
    private static int runs;

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void train() throws IOException {
        learnable(VIEW, 400);
        BadInputSparkTest test = new BadInputSparkTest();
        String[] command = {"train", "--table", VIEW, "--features", "x,y,colour", "--label", "kind", "--epochs", "2"};
        for (String model : List.of(MODEL, "flipped", "cut", "claims")) {
            assertThat(test.run(with(command, "--model", model, "--json")))
                    .as(test.err())
                    .isEqualTo(AthanorCommand.DONE);
        }
    }

    private static String[] with(String[] command, String... more) {
        return Stream.concat(Stream.of(command), Stream.of(more)).toArray(String[]::new);
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        return new AthanorCommand(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        (name, globals) -> spark())
                .run(args);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** The one object on standard output; standard error says the same in two lines. */
    private JsonNode refused(int code, String message, String... command) throws IOException {
        assertThat(run(with(command, "--json", "--quiet"))).as(err()).isEqualTo(code);
        String printed = out.toString(StandardCharsets.UTF_8);
        assertThat(printed).hasLineCount(1);
        JsonNode error = JobJson.readTree(printed).get("error");
        assertThat(error.get("problem").asText()).startsWith("Cannot ");
        assertThat(error.get("reason").asText()).isNotBlank();
        assertThat(error.get("remedy").asText()).isNotBlank();
        assertThat(error.get("message").asText()).contains(message);
        assertThat(err().lines()).hasSize(2).noneMatch(line -> line.contains("\tat "));
        return error;
    }

    /** As {@link #refused}; also the run's row says so, and no model or package is left. */
    private JsonNode fails(String message, String... command) throws IOException {
        List<String> packages = packages();
        List<ModelVersion> models = DeltaModelRegistry.of(spark()).list();
        String id = "bad-input-" + ++runs;
        JsonNode error = refused(AthanorCommand.FAILED, message, with(command, "--run-id", id));
        assertThat(run("runs", "show", id, "--json")).as(err()).isEqualTo(AthanorCommand.DONE);
        JsonNode shown = JobJson.readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(shown.at("/status").asText()).as("%s", shown).isEqualToIgnoringCase("failed");
        assertThat(shown.at("/error/problem")).isEqualTo(error.get("problem"));
        assertThat(shown.at("/error/reason")).isEqualTo(error.get("reason"));
        assertThat(shown.at("/error/remedy")).isEqualTo(error.get("remedy"));
        assertThat(packages()).isEqualTo(packages);
        assertThat(DeltaModelRegistry.of(spark()).list()).isEqualTo(models);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.map(p -> p.getFileName().toString()))
                    .as("outputs, whole or in parts")
                    .noneMatch(name -> name.contains("output"));
        }
        return error;
    }

    private void trainFails(String message, String view, String... more) throws IOException {
        spark().sql(view).createOrReplaceTempView("bad_view");
        fails(
                message,
                with(new String[] {"train", "--table", "bad_view", "--label", "label", "--model", "never"}, more));
    }

    private void serveFails(String message, String model, String... source) throws IOException {
        fails(message, with(new String[] {"evaluate", "--model", model}, source));
        fails(message, with(new String[] {"infer", "--model", model, "--output", folder + "/output"}, source));
    }

    @Test
    void files() throws IOException {
        String[] train = {"train", "--label", "label", "--model", "never", "--input"};
        fails("there is no such file or folder", with(train, folder + "/none.csv"));
        serveFails("there is no such file or folder", MODEL, "--input", folder + "/none.csv");
        fails("empty.csv: the file is empty", with(train, write("empty.csv", "")));
        fails("the table has no rows", with(train, write("header.csv", "a,b,label\n")));
        fails(
                "Did you mean --option sep=;",
                with(train, write("good.csv", "a,label\n1,x\n2,y\n"), "--option", "sepp=;"));
        fails(
                "it is not JSON: broken.json, line 2: Unexpected end-of-input",
                with(train, write("broken.json", "{\"a\": 1, \"label\"\n")));
        String lines = "{\"a\": 1, \"label\": \"x\"}\n{\"a\": 2, \"label\n{\"a\": 3, \"label\": \"y\"}\n{\"a\": 4,\n";
        fails(
                "2 of its 4 records are no JSON objects: the first is '{\"a\": 2, \"label' in half broken.json",
                with(train, write("half broken.json", lines)));
        fails(
                "has one class, 'x'",
                with(
                        train,
                        write("left out.json", lines.replace("y", "x").replace("4,", "4, \"label\": \"x\"")),
                        "--option",
                        "mode=DROPMALFORMED"));
        String open = write("open.csv", "a,label\n1,x\n2,\"y\n3,x\n4,y\n");
        String message = "the quote that opens a cell in line 3 of open.csv is not closed";
        fails(message, with(train, open));
        serveFails(message, MODEL, "--input", open);
        fails("looks split at ';'", with(train, write("semi.csv", "a;label\n1;x\n2;y\n")));
        fails("it is not a Parquet file, or was cut off", with(train, write("not.parquet", "PAR1 and no more")));
        Path images = Files.createDirectories(folder.resolve("images/cat"));
        Files.write(images.resolve("1.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3, 4, 5, 6, 7, 8});
        Path others = Files.createDirectories(folder.resolve("images/dog"));
        Files.writeString(others.resolve("2.jpg"), "no image at all");
        fails(
                "is not a PNG or JPEG image",
                "train",
                "--input",
                folder + "/images",
                "--format",
                "image",
                "--label",
                "label",
                "--model",
                "never");
    }

    private String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    void columnsAndLabels() throws IOException {
        trainFails("the table has no rows", "SELECT 1.0D AS x, 'a' AS label WHERE false");
        trainFails("Did you mean 'number'?", "SELECT id AS number, 'a' AS label FROM range(9)", "--features", "nubmer");
        trainFails("has one class, 'only', in all 9 rows", "SELECT id AS x, 'only' AS label FROM range(9)");
        trainFails("is null in all 9 rows", "SELECT id AS x, string(null) AS label FROM range(9)");
        trainFails(
                "holds 2 NaN and 1 infinite values",
                "SELECT CASE id WHEN 3 THEN double('NaN') WHEN 5 THEN double('NaN') WHEN 4 THEN double('-Infinity')"
                        + " ELSE id END AS x, id % 2 AS label FROM range(100)");
        trainFails(
                "holds arrays of different lengths",
                "SELECT transform(sequence(0, int(id % 3)), v -> float(v)) AS x, id % 2 AS label FROM range(100)");
        trainFails(
                "values that are not PNG or JPEG images",
                "SELECT CAST(concat('no image', id) AS binary) AS x, id % 2 AS label FROM range(100)");
    }

    @Test
    void aLossThatIsNoNumberStopsTheTraining() throws IOException {
        spark().sql("SELECT x, y, amount AS label FROM " + VIEW).createOrReplaceTempView("bad_view");
        JsonNode error = fails(
                " at step ",
                "train",
                "--table",
                "bad_view",
                "--label",
                "label",
                "--model",
                "never",
                "--network",
                "mlp",
                "--learning-rate",
                "1e30");
        assertThat(error.get("remedy").asText()).contains("Try --learning-rate 0.001");
    }

    @Test
    void servingWhatTheModelDoesNotKnow() throws IOException {
        serveFails("there is no model 'bad_modle'", "bad_modle", "--table", VIEW);
        serveFails("it has no version 7", MODEL + "@7", "--table", VIEW);
        serveFails("it has no alias 'champion'", MODEL + "@champion", "--table", VIEW);
        spark().sql("SELECT x, y, colour, IF(id = 5, 'unheard', kind) AS kind FROM " + VIEW)
                .createOrReplaceTempView("bad_unseen");
        fails("label 'unheard' was not seen in training", "evaluate", "--model", MODEL, "--table", "bad_unseen");
        spark().sql("SELECT string(x) AS x, y, colour, kind FROM " + VIEW).createOrReplaceTempView("bad_changed");
        serveFails("'x' was trained as double and is given as string", MODEL, "--table", "bad_changed");
        spark().sql("SELECT y, colour, kind, x AS xx FROM " + VIEW).createOrReplaceTempView("bad_renamed");
        serveFails("Did you mean 'xx'?", MODEL, "--table", "bad_renamed");
    }

    @Test
    void packagesThatAreDamaged() throws IOException {
        damage("flipped", bytes -> {
            byte[] flipped = bytes.clone();
            flipped[bytes.length / 2] ^= 4;
            return flipped;
        });
        serveFails("file model.safetensors is damaged", "flipped", "--table", VIEW);
        damage("cut", bytes -> java.util.Arrays.copyOf(bytes, bytes.length / 2));
        serveFails("file model.safetensors is damaged", "cut", "--table", VIEW);
        damage("claims", bytes -> {
            byte[] claims = bytes.clone();
            ByteBuffer.wrap(claims).order(ByteOrder.LITTLE_ENDIAN).putLong(10L << 30);
            return claims;
        });
        serveFails("file model.safetensors is damaged", "claims", "--table", VIEW);
    }

    private static void damage(String model, UnaryOperator<byte[]> change) throws IOException {
        String location =
                DeltaModelRegistry.of(spark()).resolve(ModelRef.parse(model)).location();
        Path weights = Path.of(URI.create(location).getPath(), "model.safetensors");
        Files.write(weights, change.apply(Files.readAllBytes(weights)));
        // Hadoop's own checksum must not be what finds it.
        Files.deleteIfExists(weights.resolveSibling(".model.safetensors.crc"));
    }

    @Test
    void names() throws IOException {
        int usage = AthanorCommand.USAGE;
        String[] train = {"train", "--table", VIEW, "--label", "kind", "--model"};
        for (String name : List.of("../x", "a/b", "..", "/etc/passwd", "größe")) {
            String message = "Cannot use '" + name + "' as a model name: a name is of the characters A-Z, a-z, 0-9,";
            fails(message, with(train, name));
            serveFails(message, name, "--table", VIEW);
        }
        refused(usage, "as a run id", with(train, "m", "--run-id", "../../x"));
    }

    @Test
    void wrongCommandLines() throws IOException {
        int usage = AthanorCommand.USAGE;
        String[] train = {"train", "--table", VIEW, "--label", "kind", "--model", "never"};
        refused(usage, "Write '--epochs' if you meant that", with(train, "--epoch", "3"));
        refused(usage, "Write 'train' if you meant that", "trian");
        refused(usage, "takes a whole number, not 'many'", with(train, "--epochs", "many"));
        refused(usage, "--model", "train", "--table", VIEW, "--label", "kind");
        refused(usage, "mlp", with(train, "--network", "mpl"));
        refused(
                usage,
                "Did you mean 'spark.athanor.train.threads'?",
                with(train, "--conf", "spark.athanor.train.thread=2"));
        refused(usage, "spark.athanor.train.threads", with(train, "--conf", "spark.athanor.train.threads=some"));
        refused(usage, "spark.hadoop.threads", with(train, "--conf", "threads=2"));
    }

    @Test
    void rowsThatCannotBePredictedAreErrorsInTheirPlace() throws IOException {
        spark().sql("SELECT id, CASE id WHEN 1 THEN double('NaN') WHEN 2 THEN double('Infinity') ELSE x END AS x, y,"
                        + " IF(id = 3, repeat('long ', 600000), colour) AS colour FROM " + VIEW + " WHERE id < 10")
                .createOrReplaceTempView("bad_rows");
        String[] infer = {
            "infer", "--model", MODEL, "--table", "bad_rows", "--keep", "id", "--output", folder + "/output", "--json"
        };
        assertThat(run(infer)).as(err()).isEqualTo(AthanorCommand.DONE);
        JsonNode report = JobJson.readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(report.get("rows").asLong()).isEqualTo(10);
        assertThat(report.get("errors").asLong()).isEqualTo(2);
        List<Row> rows = spark().read()
                .parquet(folder + "/output")
                .where("error IS NOT NULL")
                .orderBy("id")
                .select("id", "error", "prediction")
                .collectAsList();
        List<String> errors = new ArrayList<>();
        rows.forEach(row -> errors.add(row.get(0) + " " + row.get(1) + " " + row.get(2)));
        assertThat(errors).containsExactly("1 column x is NaN null", "2 column x is Infinity null");
    }
}
