package dev.athanor.pipelines.quantize;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.trim;

import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.model.PackageNames;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.tokenizer.Vocabulary;
import dev.athanor.pipelines.input.Input;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Texts to compare models on.
 *
 * @param source what they are, for people
 */
record SampleTexts(String source, List<String> texts) {
    private static final int MOST_WORDS = 24;

    /**
     * The first texts of a table that are not blank.
     *
     * @param column that holds them, or null for the only text column
     * @throws AthanorException if there is no such table or column, or it has fewer than two texts
     */
    static SampleTexts of(SparkSession spark, String table, String column, int most) {
        Input input = Input.open(spark, new SourceSpec(null, table, null, Map.of(), List.of()));
        String name = column == null ? onlyText(input, table) : column;
        Dataset<Row> rows = input.select(List.of(name));
        StructField field = rows.schema().fields()[0];
        if (!field.dataType().equals(DataTypes.StringType)) {
            throw new AthanorException(
                    "Cannot compare models on column '" + name + "' of " + table,
                    "it is of type " + field.dataType().sql(),
                    "Name a column of texts with --column");
        }
        Dataset<Row> texts = rows.toDF("text");
        List<String> found = texts.where(trim(col("text")).notEqual(""))
                .limit(most)
                .as(Encoders.STRING())
                .collectAsList();
        if (found.size() < 2) {
            throw new AthanorException(
                    "Cannot compare models on column '" + name + "' of " + table,
                    "it has " + found.size() + " texts that are not blank, and two are needed",
                    "Name another table with --calibrate");
        }
        return new SampleTexts("column '" + name + "' of " + table, found);
    }

    private static String onlyText(Input input, String table) {
        List<String> texts = Arrays.stream(input.rows().schema().fields())
                .filter(field -> field.dataType().equals(DataTypes.StringType))
                .map(StructField::name)
                .toList();
        if (texts.size() != 1) {
            throw new AthanorException(
                    "Cannot compare models on table " + table,
                    texts.isEmpty() ? "it has no text column" : "it has several text columns: " + texts,
                    "Name the one to take with --column");
        }
        return texts.get(0);
    }

    /** Texts of 1 to 24 words drawn from a model's vocabulary: no language, and the same in every run. */
    static SampleTexts drawn(PackageFiles files, int count) throws IOException {
        Vocabulary vocabulary;
        try (InputStream in = files.open(PackageNames.TOKENIZER)) {
            vocabulary = TokenizerJson.read(in.readAllBytes(), files.location()).vocabulary();
        }
        List<String> words = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            String word = vocabulary.token(id);
            if (word != null && word.matches("[\\p{L}\\u2581\\u0120]{2,}")) {
                words.add(word.replace("\u2581", "").replace("\u0120", ""));
            }
        }
        if (words.isEmpty()) {
            words.add("a");
        }
        Random random = new Random(1);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = 1 + random.nextInt(MOST_WORDS); n > 0; n--) {
                text.append(words.get(random.nextInt(words.size()))).append(' ');
            }
            texts.add(text.toString().trim());
        }
        return new SampleTexts("made-up texts of the tokenizer's words", texts);
    }
}
