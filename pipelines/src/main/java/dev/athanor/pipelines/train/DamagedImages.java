package dev.athanor.pipelines.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ImageFiles;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/** Names the files of a folder that are no images, once training has failed on one of them. */
final class DamagedImages {
    private static final int NAMED = 3;

    private DamagedImages() {}

    /**
     * The error that names the files, or {@code failure} when every file is an image.
     *
     * @param files rows with a {@code path} and {@code content}
     * @param input the folder as the user wrote it
     */
    static AthanorException explain(AthanorException failure, String input, Dataset<Row> files) {
        FlatMapFunction<Row, String> check = row -> {
            String problem = ImageFiles.problem(row.getAs(1));
            return (problem == null ? List.<String>of() : List.of(plain(row.getString(0)) + " " + problem)).iterator();
        };
        List<String> damaged = files.select("path", "content")
                .flatMap(check, Encoders.STRING())
                .takeAsList(NAMED + 1);
        if (damaged.isEmpty()) {
            return failure;
        }
        return new AthanorException(
                "Cannot train on the images of " + input,
                damaged.stream().sorted().limit(NAMED).collect(Collectors.joining("; "))
                        + (damaged.size() > NAMED ? "; and more" : ""),
                "Move " + (damaged.size() == 1 ? "this file" : "these files")
                        + " out of the folder, or write them again as PNG or JPEG",
                failure);
    }

    private static String plain(String path) {
        return path.startsWith("file:/") ? path.replaceFirst("^file:/+", "/") : path;
    }
}
