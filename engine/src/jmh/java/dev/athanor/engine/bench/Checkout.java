package dev.athanor.engine.bench;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of this project, whatever the working directory is: found from where the classes lie. */
public final class Checkout {
    private Checkout() {}

    public static Path root() {
        Path classes;
        try {
            classes = Path.of(Checkout.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Cannot find the project's folder from " + e.getInput(), e);
        }
        for (Path folder = classes; folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve(".ci/venv"))) {
                return folder;
            }
        }
        throw new IllegalStateException("Cannot find the project's folder: no .ci/venv in a folder above " + classes);
    }
}
