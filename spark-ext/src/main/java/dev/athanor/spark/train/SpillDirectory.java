package dev.athanor.spark.train;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A temporary directory on the executor's local disks, where Spark itself would spill; closing it deletes it. */
final class SpillDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SpillDirectory.class);

    private final Path path;

    private SpillDirectory(Path path) {
        this.path = path;
    }

    /** On the local disk with the most room, among those that the cluster manager or the user gave to Spark. */
    static SpillDirectory create(SparkConf conf, Map<String, String> environment) throws IOException {
        Path best = null;
        long most = -1;
        for (String candidate : candidates(conf, environment)) {
            Path root = Path.of(candidate);
            Files.createDirectories(root);
            long room = Files.getFileStore(root).getUsableSpace();
            if (room > most) {
                most = room;
                best = root;
            }
        }
        return new SpillDirectory(Files.createTempDirectory(best, "athanor-train-"));
    }

    /** The order in which Spark looks: its cluster managers' variables, then {@code spark.local.dir}. */
    static List<String> candidates(SparkConf conf, Map<String, String> environment) {
        Map<String, String> variables =
                Map.of("SPARK_EXECUTOR_DIRS", System.getProperty("path.separator"), "SPARK_LOCAL_DIRS", ",");
        List<String> found = new ArrayList<>();
        for (String name : List.of("SPARK_EXECUTOR_DIRS", "SPARK_LOCAL_DIRS")) {
            String value = environment.getOrDefault(name, "");
            if (found.isEmpty() && !value.isBlank()) {
                found.addAll(List.of(value.split(variables.get(name))));
            }
        }
        // A YARN container's own directories.
        if (found.isEmpty() && environment.containsKey("CONTAINER_ID") && environment.containsKey("LOCAL_DIRS")) {
            found.addAll(List.of(environment.get("LOCAL_DIRS").split(",")));
        }
        if (found.isEmpty()) {
            found.addAll(List.of(conf.get("spark.local.dir", System.getProperty("java.io.tmpdir"))
                    .split(",")));
        }
        return found.stream().map(String::strip).filter(d -> !d.isEmpty()).toList();
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException problem) throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            // The result stands; the directory is Spark's to clean up with its own.
            LOG.warn("Cannot delete the spill directory {}", path, e);
        }
    }
}
