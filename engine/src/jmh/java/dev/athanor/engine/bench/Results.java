package dev.athanor.engine.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Results on their way from the JVM of a part to the one that prints the table: a file of one JSON object a line. */
public final class Results {
    /** System property that names the file; without it a part only prints. */
    public static final String FILE = "athanor.bench.results";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Results() {}

    public static void add(Result result) throws IOException {
        String file = System.getProperty(FILE);
        if (file != null) {
            Files.writeString(
                    Path.of(file),
                    JSON.writeValueAsString(result) + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /** All results of a file, none when it is missing. */
    public static List<Result> read(Path file) throws IOException {
        List<Result> results = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                results.add(JSON.readValue(line, Result.class));
            }
        }
        return results;
    }
}
