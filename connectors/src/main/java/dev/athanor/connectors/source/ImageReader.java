package dev.athanor.connectors.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.when;

import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Reads a folder of PNG and JPEG files as {@code path string, content binary, label string}.
 *
 * <p>The label is the name of the folder a file lies in; it is null for files directly in the folder that was named.
 * Bytes are decoded where they are used, so that a file that is no image becomes an error value of its row.
 */
final class ImageReader {
    private static final String GLOB = "*.{png,PNG,Png,jpg,JPG,Jpg,jpeg,JPEG,Jpeg}";

    private ImageReader() {}

    /** Options of Spark's reader of binary files. */
    static Map<String, String> options(SourcePath path) {
        return path.isFolder() ? Map.of("recursiveFileLookup", "true", "pathGlobFilter", GLOB) : Map.of();
    }

    static Dataset<Row> read(SparkSession spark, SourcePath path) {
        boolean any = path.dataFiles(Integer.MAX_VALUE).stream()
                .anyMatch(f -> f.getLen() > 0
                        && (f.getPath().getName().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)")));
        if (path.isFolder() && !any) {
            throw path.empty();
        }
        var reader = spark.read().format("binaryFile").options(options(path));
        Column folder = element_at(split(col("path"), "/"), -2);
        Column label = folder;
        for (var root : path.roots()) {
            Path top = root.isDirectory() ? root.getPath() : root.getPath().getParent();
            Column directly = org.apache
                    .spark
                    .sql
                    .functions
                    .regexp_replace(col("path"), "/[^/]*$", "")
                    .equalTo(lit(top.toString()));
            label = when(directly, lit(null).cast("string")).otherwise(label);
        }
        return reader.load(path.forSpark()).select(col("path"), col("content"), label.as("label"));
    }
}
