package dev.athanor.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fails when fewer tests ran than {@code test-counts.properties}, for the layers, and {@code integration-counts.properties},
 * for the modules, say must run, so that a layer that silently stops running is noticed.
 *
 * <p>Runs last, in an execution of its own after the integration tests of every module; a build of chosen modules or tests
 * is not counted.
 */
class RunCountIT {
    private static final List<String> MODULES = List.of("engine", "udfs", "connectors", "spark-ext", "pipelines");
    private static final Pattern SUITE = Pattern.compile("<testsuite\\b[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\b(name|tests|skipped)=\"([^\"]*)\"");
    // How a test that found the machine wanting differs in a report from one that a profile or an annotation switched
    // off.
    private static final Pattern ABORTED = Pattern.compile("<skipped\\b[^>]*\\btype=\"[^\"]*TestAbortedException\"");

    @TempDir
    private Path folder;

    @Test
    void asManyTestsRanAsMust() throws IOException {
        requireWholeBuild();
        Map<String, Integer> ran = new TreeMap<>();
        for (String module : MODULES) {
            for (Report report : reports(module, "surefire-reports")) {
                ran.merge(report.name().endsWith("SparkTest") ? "spark" : "unit", report.ran(), Integer::sum);
            }
        }
        compare("layer", minimum("/test-counts.properties"), ran);
    }

    @Test
    void asManyIntegrationTestsRanAsMust() throws IOException {
        requireWholeBuild();
        Map<String, Integer> ran = new TreeMap<>();
        for (String module : MODULES) {
            for (Report report : reports(module, "failsafe-reports")) {
                // What the machine lacks, such as the right to mount, a test says itself; it is not missing then.
                ran.merge(module, report.ran() + report.aborted(), Integer::sum);
            }
        }
        compare("module", minimum("/integration-counts.properties"), ran);
    }

    @Test
    void aReportTellsWhatRanFromWhatWasSwitchedOff() throws IOException {
        Path file = folder.resolve("TEST-a.B.xml");
        Files.writeString(
                file,
                """
                <testsuite name="a.B" time="1.5" tests="5" errors="0" skipped="3" failures="0">
                  <testcase name="runs"/>
                  <testcase name="runsToo"/>
                  <testcase name="noMount"><skipped message="not run: no mount" type="org.opentest4j.TestAbortedException"/></testcase>
                  <testcase name="off"><skipped message="needs -Ppeers"/></testcase>
                  <testcase name="offToo"><skipped/></testcase>
                </testsuite>
                """);
        assertThat(Report.read(file)).isEqualTo(new Report("a.B", 2, 1));
        assertThatThrownBy(() -> compare("module", Map.of("engine", 3, "udfs", 1), Map.of("engine", 3)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("module udfs");
    }

    private static void requireWholeBuild() {
        String chosen = System.getProperty("athanor.chosen.tests", "");
        assumeTrue(
                chosen.isBlank() || chosen.startsWith("${"), // how Maven hands on a property that is not set
                "not counted: this build runs " + chosen + " only; run mvn verify for all tests");
        for (String module : MODULES) {
            assumeTrue(
                    Files.isDirectory(PackageDocs.root().resolve(module).resolve("target/surefire-reports")),
                    "not counted: " + module + " was not tested in this build; run mvn verify for all modules");
        }
    }

    private static Map<String, Integer> minimum(String resource) throws IOException {
        Properties minimum = new Properties();
        try (var in = RunCountIT.class.getResourceAsStream(resource)) {
            minimum.load(in);
        }
        assertThat(minimum).isNotEmpty();
        return minimum.entrySet().stream()
                .collect(Collectors.toMap(e -> (String) e.getKey(), e -> Integer.parseInt((String) e.getValue())));
    }

    private static void compare(String kind, Map<String, Integer> minimum, Map<String, Integer> ran) {
        minimum.forEach((name, count) -> assertThat(ran.getOrDefault(name, 0))
                .as("tests that ran in %s %s, of all: %s", kind, name, ran)
                .isGreaterThanOrEqualTo(count));
    }

    private static List<Report> reports(String module, String folder) throws IOException {
        Path reports = PackageDocs.root().resolve(module).resolve("target").resolve(folder);
        if (!Files.isDirectory(reports)) {
            return List.of();
        }
        List<Report> read = new ArrayList<>();
        try (Stream<Path> all = Files.list(reports)) {
            for (Path file : all.filter(f -> f.getFileName().toString().matches("TEST-.*\\.xml"))
                    .toList()) {
                Report report = Report.read(file);
                if (!report.name().equals(RunCountIT.class.getName())) {
                    read.add(report);
                }
            }
        }
        return read;
    }

    /**
     * What the XML report of one class says.
     *
     * @param ran tests that were run to an end, good or bad
     * @param aborted tests that began and said that this machine lacks what they need
     */
    private record Report(String name, int ran, int aborted) {
        static Report read(Path file) throws IOException {
            String xml = Files.readString(file, StandardCharsets.UTF_8);
            Matcher suite = SUITE.matcher(xml);
            assertThat(suite.find()).as("%s is a report", file).isTrue();
            Map<String, String> attributes = new TreeMap<>();
            Matcher attribute = ATTRIBUTE.matcher(suite.group());
            while (attribute.find()) {
                attributes.put(attribute.group(1), attribute.group(2));
            }
            int ran = Integer.parseInt(attributes.get("tests")) - Integer.parseInt(attributes.get("skipped"));
            return new Report(attributes.get("name"), ran, (int)
                    ABORTED.matcher(xml).results().count());
        }
    }
}
