package dev.athanor.spark.bench;

import dev.athanor.engine.bench.Checkout;
import dev.athanor.engine.bench.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the benchmarks, each part in a JVM of its own, and ends with one table: our figures, the peers' of the same run,
 * their ratio, and whether the bar was held.
 *
 * <pre>{@code
 * mvn -Pbench verify                                                      # everything
 * mvn -Pbench -pl spark-ext -am test -Dbench.args="kernels predict"       # some parts
 *     -Dathanor.peer.python=/path/to/python                               # with a Python that has the peers' libraries
 * }</pre>
 *
 * <p>Parts: {@code kernels}, {@code weights}, {@code training}, {@code transformers}, {@code tokenizers}, {@code embedding},
 * {@code generation}, {@code predict}, {@code text}, {@code flat}; what follows a colon goes to the part ({@code kernels:128x768x768}). Exit code 1 when a part fails, not when a bar is missed.
 */
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        List<String> parts = new ArrayList<>(List.of(arguments));
        if (parts.isEmpty()) {
            for (Part part : Part.values()) {
                parts.add(part.title());
            }
        }
        parts.forEach(part -> Part.of(part.split(":", 2)[0]));
        Path folder = Files.createDirectories(Checkout.root().resolve("spark-ext/target/bench"));
        ResultTable table = new ResultTable();
        for (String chosen : parts) {
            List<String> words = List.of(chosen.split(":", -1));
            Part part = Part.of(words.get(0));
            System.out.printf("%n== %s%n", part.title());
            PeerPython python = PeerPython.find(part.requirements());
            if (python.missing() != null) {
                table.missing(part.title(), python.missing());
            }
            try {
                List<Result> results = part.run(folder, python.path(), words.subList(1, words.size()));
                results.forEach(table::add);
            } catch (IOException e) {
                table.fail(part.title(), e.getMessage());
            }
        }
        String text = table.text();
        Files.writeString(folder.resolve("table.txt"), text);
        System.out.printf("%n%s", text);
        System.exit(table.complete() ? 0 : 1);
    }
}
