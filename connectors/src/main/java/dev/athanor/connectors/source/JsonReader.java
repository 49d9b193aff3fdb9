package dev.athanor.connectors.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Reads JSON lines, and files that hold one array or object written over several lines. */
final class JsonReader {
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(com.fasterxml.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonReader() {}

    static Dataset<Row> read(SparkSession spark, SourcePath path, Map<String, String> options) {
        List<FileStatus> files = path.dataFiles(Integer.MAX_VALUE);
        FileStatus sample =
                files.stream().filter(f -> f.getLen() > 0).findFirst().orElseThrow(path::empty);
        if (!options.containsKey("multiLine")) {
            String line = CsvReader.firstLine(path, sample);
            if (line.isEmpty()) {
                throw path.empty();
            }
            options.put("multiLine", String.valueOf(line.startsWith("[") || !isWholeValue(line)));
        }
        options.putIfAbsent("mode", "PERMISSIVE");
        Dataset<Row> rows = spark.read().options(options).json(path.forSpark());
        String corrupt = options.getOrDefault("columnNameOfCorruptRecord", "_corrupt_record");
        if (List.of(rows.columns()).equals(List.of(corrupt))) {
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    "it is not JSON: no line of it is a JSON object",
                    "Check the file and --format");
        }
        return rows;
    }

    /** The rows again, with the types of {@code schema}; the options are those that the first reading left. */
    static Dataset<Row> read(SparkSession spark, SourcePath path, Map<String, String> options, StructType schema) {
        return spark.read().options(options).schema(schema).json(path.forSpark());
    }

    private static boolean isWholeValue(String line) {
        try (JsonParser parser = JSON.createParser(line)) {
            return parser.readValueAsTree() != null;
        } catch (JsonProcessingException e) {
            return false;
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
