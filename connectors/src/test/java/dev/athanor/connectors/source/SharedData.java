package dev.athanor.connectors.source;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the real data sets that lie beside the repository. */
final class SharedData {
    private SharedData() {}

    /** A file of {@code shared/data}, looked for from the module upwards, or null. */
    static Path file(String name) {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            Path file = p.resolve("shared/data").resolve(name);
            if (Files.exists(file)) {
                return file;
            }
        }
        return null;
    }
}
