package dev.athanor.pipelines.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.admin.ModelsListJob;
import dev.athanor.pipelines.admin.ModelsShowJob;
import dev.athanor.pipelines.evaluate.EvaluateJob;
import dev.athanor.pipelines.infer.InferJob;
import dev.athanor.pipelines.infer.InferReport;
import dev.athanor.pipelines.train.TrainJob;
import dev.athanor.spark.TinyDecoder;
import dev.athanor.spark.TinyEncoder;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.Progress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The import job, and what the other jobs do with a model that it brought in. */
class ImportJobSparkTest extends JobSparkTest {
    @TempDir
    private Path folder;

    private Path tiny() throws Exception {
        return TinyEncoder.writeSentences(folder.resolve("tiny"));
    }

    private ImportReport importTiny(String model) throws Exception {
        return run(new ImportJob(), "from", tiny().toString(), "model", model);
    }

    @Test
    void aFolderBecomesAModel() throws Exception {
        ImportReport report = importTiny("imported");
        assertThat(report.ref()).isEqualTo("imported@1");
        assertThat(report.task()).isEqualTo("EMBEDDING");
        assertThat(report.family()).isEqualTo("bert");
        assertThat(report.dimensions()).isEqualTo(TinyEncoder.WIDTH);
        assertThat(report.maxTokens()).isEqualTo(TinyEncoder.MAX_TOKENS);
        assertThat(report.pooling()).isEqualTo("mean");
        assertThat(report.normalised()).isTrue();
        assertThat(report.parameters()).isGreaterThan(97 * 36);
        assertThat(report.source())
                .isEqualTo(folder.resolve("tiny").toRealPath().toString());
        assertThat(report.files().stream().map(ImportReport.PackagedFile::name))
                .containsExactlyInAnyOrder("config.json", "embedding.json", "model.safetensors", "tokenizer.json");
        assertThat(report.bytes())
                .isEqualTo(report.files().stream()
                        .mapToLong(ImportReport.PackagedFile::bytes)
                        .sum());
        assertThat(report.weights()).matches("fp32 0\\.\\d MB");
        assertThat(runRow().getString(0)).isEqualTo("finished");
        Row row = sql("SELECT ai_embed('imported', 'The thing')").get(0);
        assertThat(row.getList(0)).hasSize(TinyEncoder.WIDTH);
    }

    @Test
    void theSameRunGivesTheSameVersion() throws Exception {
        Map<String, Object> params = Map.of("from", tiny().toString(), "model", "import_twice");
        ImportReport first = JobRunner.run(new ImportJob(), params, "import-again", spark(), Progress.NONE)
                .report();
        List<String> packages = packages();
        assertThat(JobRunner.run(new ImportJob(), params, "import-again", spark(), Progress.NONE)
                        .report())
                .isEqualTo(first);
        assertThat(packages()).isEqualTo(packages);
        assertThat(JobRunner.run(new ImportJob(), params, "import-anew", spark(), Progress.NONE)
                        .report()
                        .ref())
                .isEqualTo("import_twice@2");
    }

    @Test
    void sqlImportsToo() throws Exception {
        List<Row> rows = sql("CALL athanor.import(from => '" + tiny() + "', model => 'import_sql')");
        assertThat(rows).hasSize(1);
        assertThat(rows.get(0).<String>getAs("ref")).isEqualTo("import_sql@1");
        assertThat(sql("CALL athanor.import('" + tiny2() + "', 'import_sql')")
                        .get(0)
                        .<Integer>getAs("version"))
                .isEqualTo(2);
        sql("SET spark.athanor.embedding.model = import_sql@1");
        try {
            Row row = sql("SELECT ai_similarity('the thing', 'the thing'), ai_similarity('the thing', NULL)")
                    .get(0);
            assertThat(row.getFloat(0)).isCloseTo(1f, within(1e-5f));
            assertThat(row.isNullAt(1)).isTrue();
        } finally {
            sql("RESET spark.athanor.embedding.model");
        }
    }

    private Path tiny2() throws Exception {
        return TinyEncoder.write(folder.resolve("tiny2"));
    }

    @Test
    void modelsListAndShowTellOfIt() throws Exception {
        importTiny("import_shown");
        ModelsListJob.Report list = run(new ModelsListJob(), "name", "import_shown");
        assertThat(list.models()).hasSize(1);
        assertThat(list.models().get(0).task()).isEqualTo("EMBEDDING");
        assertThat(list.models().get(0).network()).isEqualTo("bert");
        ModelsShowJob.Report shown = run(new ModelsShowJob(), "model", "import_shown");
        assertThat(shown.weights()).matches("fp32 0\\.\\d MB");
        assertThat(shown.manifest().stream().map(e -> e.key() + "=" + e.value()))
                .contains("task=EMBEDDING", "networkReason=imported", "labelType=array<float>")
                .contains("lineage.source=" + folder.resolve("tiny").toRealPath());
    }

    @Test
    void inferAppendsTheVectors() throws Exception {
        importTiny("import_infer");
        spark().sql("SELECT id, IF(id % 5 = 0, NULL, concat('the thing ', id)) AS body FROM range(0, 40, 1, 2)")
                .createOrReplaceTempView("import_docs");
        Path out = folder.resolve("out.parquet");
        InferReport report = run(
                new InferJob(),
                "model",
                "import_infer",
                "table",
                "import_docs",
                "text",
                "body",
                "output",
                out.toString());
        assertThat(report.columns()).containsExactly("id", "body", "embedding", "error");
        assertThat(report.rows()).isEqualTo(40);
        assertThat(report.errors()).isZero();
        List<Row> rows = spark().read()
                .parquet(out.toString())
                .selectExpr("embedding = ai_embed('import_infer', body)", "size(embedding)", "body")
                .collectAsList();
        assertThat(rows).hasSize(40).allMatch(row -> row.isNullAt(2) || row.getInt(1) == TinyEncoder.WIDTH);
        assertThat(rows).filteredOn(row -> row.isNullAt(2)).hasSize(8);
        Path csv = folder.resolve("out.csv");
        run(
                new InferJob(),
                "model",
                "import_infer",
                "table",
                "import_docs",
                "text",
                "body",
                "keep",
                List.of("id"),
                "output",
                csv.toString());
        assertThat(spark().read()
                        .option("header", true)
                        .csv(csv.toString())
                        .where("id = 1")
                        .first()
                        .getString(1))
                .startsWith("[")
                .endsWith("]");
        assertThatThrownBy(() -> run(
                        new InferJob(),
                        "model",
                        "import_infer",
                        "table",
                        "import_docs",
                        "output",
                        folder.resolve("no").toString()))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("column 'text'");
    }

    @Test
    void decodersWriteTexts() throws Exception {
        Path decoder = TinyDecoder.write(folder.resolve("tinydecoder"));
        ImportReport report = run(new ImportJob(), "from", decoder.toString(), "model", "import_decoder");
        assertThat(report.task()).isEqualTo("GENERATION");
        assertThat(report.family()).isEqualTo("llama");
        assertThat(report.maxTokens()).isEqualTo(TinyDecoder.MAX_TOKENS);
        assertThat(report.files().stream().map(ImportReport.PackagedFile::name))
                .containsExactlyInAnyOrder("config.json", "generation.json", "model.safetensors", "tokenizer.json");
        Row row = sql("SELECT ai_gen('import_decoder', '<5><6><7>', map('max_tokens', '4'))")
                .get(0);
        assertThat(row.getString(0)).matches("(<\\d+>){0,4}");
        ModelsShowJob.Report shown = run(new ModelsShowJob(), "model", "import_decoder");
        assertThat(shown.weights()).matches("fp32 0\\.\\d MB");
        spark().sql("SELECT id, concat('<', 3 + id, '>') AS prompt FROM range(20)")
                .createOrReplaceTempView("import_prompts");
        Path out = folder.resolve("texts.parquet");
        InferReport inferred =
                run(new InferJob(), "model", "import_decoder", "table", "import_prompts", "output", out.toString());
        assertThat(inferred.columns()).containsExactly("id", "prompt", "text", "error");
        assertThat(spark().read()
                        .parquet(out.toString())
                        .where("text = ai_gen('import_decoder', prompt)")
                        .count())
                .isEqualTo(20);
    }

    @Test
    void evaluateAndTextsOfOtherModelsAreRefused() throws Exception {
        importTiny("import_evaluate");
        assertThatThrownBy(() ->
                        run(new EvaluateJob(), "model", "import_evaluate", "table", learnable("import_learn", 90)))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot evaluate model import_evaluate@1: it turns texts into vectors, and no label says what is"
                                + " right. Compare texts in SQL, for example ai_similarity(a, b, 'import_evaluate').");
        run(
                new TrainJob(),
                "table",
                learnable("import_learn", 90),
                "features",
                List.of("x"),
                "label",
                "kind",
                "model",
                "import_other",
                "epochs",
                1,
                "network",
                "linear");
        assertThatThrownBy(() -> run(
                        new InferJob(),
                        "model",
                        "import_other",
                        "table",
                        "import_learn",
                        "text",
                        "colour",
                        "output",
                        folder.resolve("no").toString()))
                .hasMessageContaining("model import_other@1 reads no single text");
    }

    @Test
    void whatCannotBeImportedSaysWhyAndLeavesNothing() throws Exception {
        refuses(folder.resolve("gone"), "there is no such folder");
        Path empty = Files.createDirectories(folder.resolve("empty"));
        refuses(empty, "there is no config.json");
        Path gguf = Files.writeString(folder.resolve("gemma.gguf"), "GGUF");
        refuses(gguf, "Cannot read tensors from " + gguf);
        refuses(Files.writeString(folder.resolve("mlp.ONNX"), ""), "it has no graph");
        refuses(Files.writeString(folder.resolve("notes.txt"), ""), "it is a file. Name the folder that it is in");
        refuses(Path.of("hdfs://host/minilm"), "it is not a local path", "hdfs://host/minilm");
        Files.writeString(empty.resolve("model.gguf"), "GGUF");
        refuses(empty, "it is a folder with GGUF files. Name the file: --from " + empty.resolve("model.gguf"));

        Path pickled = tiny();
        Files.delete(pickled.resolve("model.safetensors"));
        refuses(pickled, "there is neither model.safetensors nor model.safetensors.index.json");
        Files.createFile(pickled.resolve("pytorch_model.bin"));
        refuses(
                pickled,
                "its weights are a pickle, which runs code when it is read. Convert it where you trust it: python");
        refuses(pickled.resolve("pytorch_model.bin"), "its weights are a pickle");

        Path mute = TinyEncoder.write(folder.resolve("mute"));
        Files.delete(mute.resolve("tokenizer.json"));
        refuses(mute, "there is no tokenizer.json");

        Path strange = TinyEncoder.write(folder.resolve("strange"));
        rewrite(strange.resolve("config.json"), "\"model_type\": \"bert\"", "\"model_type\": \"bart\"");
        refuses(strange, "model_type is bart. Supported are bert, camembert, ");
        rewrite(strange.resolve("config.json"), "\"model_type\": \"bart\"", "\"model_type\": \"bert\"");
        rewrite(strange.resolve("config.json"), "\"hidden_size\": 36", "\"hidden_size\": 39");
        refuses(strange, "config.json asks for ");

        Path talkative = TinyEncoder.write(folder.resolve("talkative"));
        rewrite(talkative.resolve("tokenizer.json"), "\"of\": 84", "\"of\": 84, \"a\\u00e9\": 85, \"b\\u00e9\": 86");
        for (int i = 87; i < 100; i++) {
            rewrite(talkative.resolve("tokenizer.json"), "\"of\": 84", "\"of\": 84, \"w" + i + "\": " + i);
        }
        refuses(talkative, "its tokenizer has 100 tokens, its embedding table 97 rows");

        Path decoder = Files.createDirectories(folder.resolve("decoder"));
        Files.copy(TinyEncoder.goldens().resolve("gpt2/config.json"), decoder.resolve("config.json"));
        Files.copy(TinyEncoder.goldens().resolve("gpt2/model.safetensors"), decoder.resolve("model.safetensors"));
        refuses(decoder, "there is no tokenizer.json");
    }

    private static void rewrite(Path file, String from, String to) throws Exception {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    private void refuses(Path from, String message) {
        refuses(from, message, from.toString());
    }

    private void refuses(Path from, String message, String written) {
        List<String> before = packages();
        assertThatThrownBy(() -> run(new ImportJob(), "from", written, "model", "import_refused"))
                .as("%s", from)
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
        assertThat(packages()).isEqualTo(before);
        assertThat(runRow().getString(0)).isEqualTo("failed");
    }

    @Test
    void theResultOfADeletedModelIsNotGivenAgain() throws Exception {
        Map<String, Object> params = Map.of("from", tiny().toString(), "model", "import_deleted");
        JobRunner.run(new ImportJob(), params, "import-deleted", spark(), Progress.NONE);
        sql("CALL athanor.delete_model(model => 'import_deleted@1')");
        assertThatThrownBy(() -> JobRunner.run(new ImportJob(), params, "import-deleted", spark(), Progress.NONE))
                .hasMessageContaining("the model import_deleted@1 that it made was deleted since. Import it again");
    }
}
