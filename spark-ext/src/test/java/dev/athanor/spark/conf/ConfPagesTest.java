package dev.athanor.spark.conf;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.athanor.engine.conf.ConfKey;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ConfPagesTest {
    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(here.resolve("spark-ext"))) {
            here = here.getParent();
        }
        return here;
    }

    @Test
    void thePagesAreFresh() throws IOException {
        for (var file : ConfPages.files().entrySet()) {
            Path path = root().resolve("conf").resolve(file.getKey());
            assertThat(path)
                    .as(
                            "conf/%s is stale; make it anew with: mvn -q -Pconf -pl spark-ext -am process-classes",
                            file.getKey())
                    .exists()
                    .hasContent(file.getValue());
        }
    }

    @Test
    void theReferenceIsValidAndHasTheDefaults() {
        Config config = ConfigFactory.parseString(ConfPages.reference(AthanorConf.KEYS));
        for (ConfKey<?> key : AthanorConf.KEYS.all()) {
            if (key.defaultText() != null) {
                assertThat(config.getString(key.name())).isEqualTo(key.defaultText());
            }
        }
    }

    /** A key that nothing reads is a promise that nothing keeps. */
    @Test
    void everyKeyIsReadSomewhere() throws Exception {
        StringBuilder sources = new StringBuilder();
        for (String module : List.of("udfs", "connectors", "spark-ext", "pipelines")) {
            Path folder = root().resolve(module).resolve("src/main/java");
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")
                                && !f.getFileName().toString().equals("AthanorConf.java"))
                        .toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        List<String> unread = new ArrayList<>();
        for (Field field : AthanorConf.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && field.getType() == ConfKey.class
                    && sources.indexOf("AthanorConf." + field.getName()) < 0) {
                unread.add(((ConfKey<?>) field.get(null)).name());
            }
        }
        assertThat(unread).as("keys that no code reads").isEmpty();
    }

    @Test
    void everyKeyIsInAGroup() throws Exception {
        List<ConfKey<?>> declared = new ArrayList<>();
        for (Field field : AthanorConf.class.getFields()) {
            if (field.getType() == ConfKey.class) {
                declared.add((ConfKey<?>) field.get(null));
            }
        }
        assertThat(AthanorConf.KEYS.all()).containsExactlyInAnyOrderElementsOf(declared);
    }
}
