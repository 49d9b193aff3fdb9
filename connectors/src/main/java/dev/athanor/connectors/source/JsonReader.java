package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Reads JSON lines, and files that hold one array or object written over several lines. */
final class JsonReader {
    /** Files that are looked at by one task, or without a job when there are no more. */
    private static final int FILES_PER_TASK = 64;
    /** Up to this size of all files together they are looked at without a job. */
    private static final long SMALL_BYTES = 64L << 20;

    private JsonReader() {}

    static Dataset<Row> read(SparkSession spark, SourcePath path, Map<String, String> options) {
        List<FileStatus> files = path.dataFiles(Integer.MAX_VALUE).stream()
                .filter(f -> f.getLen() > 0)
                .toList();
        List<Shaped> shaped = List.of();
        boolean told = options.containsKey("multiLine") || options.containsKey("lineSep");
        if (!told || Boolean.parseBoolean(options.get("multiLine"))) {
            shaped = shapes(spark, path, files, options).stream()
                    .filter(s -> !s.shape().empty())
                    .toList();
            if (shaped.isEmpty()) {
                throw path.empty();
            }
            options.putIfAbsent("multiLine", String.valueOf(isWhole(path, shaped)));
        }
        boolean whole = Boolean.parseBoolean(options.get("multiLine"));
        if (whole) {
            refuseMore(path, shaped);
        }
        options.putIfAbsent("mode", "PERMISSIVE");
        Dataset<Row> rows = spark.read().options(options).json(path.forSpark());
        String corrupt = options.getOrDefault("columnNameOfCorruptRecord", "_corrupt_record");
        if (List.of(rows.columns()).equals(List.of(corrupt))) {
            Shaped broken = first(shaped, s -> s.problem() != null);
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    "it is not JSON: "
                            + (whole && broken != null
                                    ? broken.name() + ", " + broken.shape().problem()
                                    : "no line of it is a JSON object"),
                    "Check the file and --format");
        }
        return rows;
    }

    /** The rows again, with the types of {@code schema}; the options are those that the first reading left. */
    static Dataset<Row> read(SparkSession spark, SourcePath path, Map<String, String> options, StructType schema) {
        return spark.read().options(options).schema(schema).json(path.forSpark());
    }

    private record Shaped(String name, JsonShape shape) implements Serializable {}

    private static Shaped first(List<Shaped> files, Predicate<JsonShape> which) {
        return files.stream().filter(f -> which.test(f.shape())).findFirst().orElse(null);
    }

    private static List<Shaped> shapes(
            SparkSession spark, SourcePath path, List<FileStatus> files, Map<String, String> options) {
        if (files.size() <= FILES_PER_TASK
                && files.stream().mapToLong(FileStatus::getLen).sum() <= SMALL_BYTES) {
            return files.stream()
                    .map(f -> new Shaped(
                            f.getPath().getName(),
                            JsonShape.of(f.getPath(), path.files().getConf(), options)))
                    .toList();
        }
        SerializableConfiguration settings =
                new SerializableConfiguration(path.files().getConf());
        TreeMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        copy.putAll(options);
        Function<String, Shaped> look = place -> {
            Path file = new Path(place);
            return new Shaped(file.getName(), JsonShape.of(file, settings.value(), copy));
        };
        List<String> places = new ArrayList<>();
        files.forEach(f -> places.add(f.getPath().toString()));
        int tasks = Math.min(
                files.size(),
                Math.max(
                        spark.sparkContext().defaultParallelism(),
                        (files.size() + FILES_PER_TASK - 1) / FILES_PER_TASK));
        return JavaSparkContext.fromSparkContext(spark.sparkContext())
                .parallelize(places, tasks)
                .map(look)
                .collect();
    }

    /** Whether each file is to be read as one value, and not line by line. */
    private static boolean isWhole(SourcePath path, List<Shaped> files) {
        List<Shaped> sound =
                files.stream().filter(f -> f.shape().problem() == null).toList();
        boolean lines = sound.stream().allMatch(f -> f.shape().lines());
        boolean arrays = files.stream().anyMatch(f -> f.shape().array());
        if (lines && !arrays && !sound.isEmpty()) {
            return false;
        }
        refuseMore(path, sound.stream().filter(f -> !f.shape().lines()).toList());
        if (sound.stream().allMatch(f -> f.shape().single())) {
            return true;
        }
        if (lines) {
            return false;
        }
        Shaped one = first(sound, s -> !s.lines());
        Shaped many = first(sound, s -> !s.single());
        throw new AthanorException(
                "Cannot read " + path.input(),
                "its files are of two kinds: " + one.name() + " is one JSON "
                        + (one.shape().array() ? "array" : "object") + " over several lines, and " + many.name()
                        + " has a JSON value in each line",
                "Name files of one kind with a pattern such as '*.jsonl', or write each value of " + one.name()
                        + " on a line of its own, as with jq -c "
                        + (one.shape().array() ? "'.[]' " : ". ") + one.name());
    }

    /** Spark reads the first value of such a file and leaves the others out. */
    private static void refuseMore(SourcePath path, List<Shaped> files) {
        Shaped more = first(files, s -> !s.single());
        if (more != null) {
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    more.name() + " goes on after its first JSON value, and the values are not on lines of their own",
                    "Write each value on a line of its own, as with jq -c . " + more.name()
                            + ", or all of them as one array, as with jq -s . " + more.name());
        }
    }
}
