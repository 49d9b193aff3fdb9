package dev.athanor.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Fails when fewer tests ran than {@code test-counts.properties} says must run, so that a layer that silently stops
 * running is noticed. Runs last: after the unit and Spark tests of every module.
 */
class TestCountIT {
    private static final List<String> MODULES = List.of("engine", "udfs", "connectors", "spark-ext", "pipelines");
    private static final Pattern SUITE = Pattern.compile("<testsuite\\b[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\b(name|tests|skipped)=\"([^\"]*)\"");

    @Test
    void asManyTestsRanAsMust() throws IOException {
        Map<String, Integer> ran = new TreeMap<>();
        for (String module : MODULES) {
            Path reports = PackageDocs.root().resolve(module).resolve("target/surefire-reports");
            assumeTrue(
                    Files.isDirectory(reports),
                    "not counted: " + module + " was not tested in this build; run mvn verify for all modules");
            count(reports, ran);
        }
        Properties minimum = new Properties();
        try (var in = TestCountIT.class.getResourceAsStream("/test-counts.properties")) {
            minimum.load(in);
        }
        assertThat(minimum).isNotEmpty();
        minimum.forEach((layer, count) -> assertThat(ran.getOrDefault((String) layer, 0))
                .as("tests that ran in layer %s, of all: %s", layer, ran)
                .isGreaterThanOrEqualTo(Integer.parseInt((String) count)));
    }

    private static void count(Path reports, Map<String, Integer> ran) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(reports)) {
            files = all.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml"))
                    .toList();
        }
        for (Path file : files) {
            Matcher suite = SUITE.matcher(Files.readString(file, StandardCharsets.UTF_8));
            if (suite.find()) {
                Map<String, String> attributes = new TreeMap<>();
                Matcher attribute = ATTRIBUTE.matcher(suite.group());
                while (attribute.find()) {
                    attributes.put(attribute.group(1), attribute.group(2));
                }
                String layer = attributes.get("name").endsWith("SparkTest") ? "spark" : "unit";
                int executed = Integer.parseInt(attributes.get("tests")) - Integer.parseInt(attributes.get("skipped"));
                ran.merge(layer, executed, Integer::sum);
            }
        }
    }
}
