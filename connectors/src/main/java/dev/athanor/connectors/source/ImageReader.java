package dev.athanor.connectors.source;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.split;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
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
        List<FileStatus> images = path.dataFiles(Integer.MAX_VALUE).stream()
                .filter(f -> !path.isFolder()
                        || f.getPath().getName().toLowerCase(Locale.ROOT).matches(".*\\.(png|jpe?g)"))
                .toList();
        if (path.isFolder() && images.isEmpty()) {
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
        Dataset<Row> files = reader.load(path.forSpark()).select("path", "content");
        return withEmptyFiles(spark, files, images).select(col("path"), col("content"), label.as("label"));
    }

    /** Spark leaves files of no bytes out; each is a row all the same, whose content is no image. */
    private static Dataset<Row> withEmptyFiles(SparkSession spark, Dataset<Row> files, List<FileStatus> images) {
        List<Row> empty = images.stream()
                .filter(f -> f.getLen() == 0)
                .map(f -> RowFactory.create(f.getPath().toString(), new byte[0]))
                .toList();
        return empty.isEmpty() ? files : files.union(spark.createDataFrame(empty, files.schema()));
    }
}
