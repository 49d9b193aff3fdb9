package dev.athanor.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads the source tree for what byte code does not keep: package documentation and file lengths. */
final class PackageDocs {
    private static final List<String> MODULES = List.of("engine", "udfs", "connectors", "spark-ext", "pipelines");

    private PackageDocs() {}

    /** Names of the packages whose package-info.java has a doc comment. */
    static Set<String> described() {
        Set<String> found = new TreeSet<>();
        for (Path file : mainSources()) {
            if (file.endsWith("package-info.java")) {
                String text = read(file);
                int at = text.indexOf("package ");
                int declaration = text.lastIndexOf("\npackage ");
                if (text.stripLeading().startsWith("/**") && at >= 0) {
                    String name = text.substring(declaration + "\npackage ".length(), text.indexOf(';', declaration));
                    found.add(name.strip());
                }
            }
        }
        return found;
    }

    static List<Path> mainSources() {
        return MODULES.stream()
                .map(m -> root().resolve(m).resolve("src/main/java"))
                .filter(Files::isDirectory)
                .flatMap(PackageDocs::javaFiles)
                .toList();
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (here != null && !Files.isDirectory(here.resolve("spark-ext"))) {
            here = here.getParent();
        }
        if (here == null) {
            throw new IllegalStateException(
                    "Cannot find the project root above " + Path.of("").toAbsolutePath());
        }
        return here;
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(f -> f.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
