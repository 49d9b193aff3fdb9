package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.athanor.engine.AthanorException;
import dev.athanor.spark.internal.catalyst.SqlFunctions;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobSignature;
import dev.athanor.spark.job.Jobs;
import dev.athanor.spark.job.ParamSpec;
import dev.athanor.spark.job.ParamType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every job must fulfil; a job without docs, or without a test that runs it, fails here. */
class JobContractTest {
    private static final Set<String> GLOBAL =
            Set.of("warehouse", "master", "conf", "json", "quiet", "run-id", "stacktrace", "help", "h", "version");

    @TestFactory
    Stream<DynamicTest> everyJob() throws IOException {
        Properties cases = new Properties();
        try (InputStream in = JobContractTest.class.getResourceAsStream("job-cases.properties")) {
            cases.load(in);
        }
        return Jobs.all().stream().map(job -> DynamicTest.dynamicTest(job.name(), () -> check(job, cases)));
    }

    private static void check(Job<?, ?> job, Properties cases) throws Exception {
        assertThat(job.name()).matches("[a-z][a-z0-9]*(-[a-z0-9]+)*");
        assertThat(job.summary()).as("one sentence").matches("[A-Z].*\\.");
        assertThat(job.getClass().getConstructor()).as("public constructor").isNotNull();
        job.procedure().ifPresent(name -> assertThat(name).matches("[a-z][a-z0-9_]*"));
        JobSignature<?, ?> signature = JobSignature.of(job);
        for (ParamSpec param : signature.params()) {
            assertThat(param.doc()).as("doc of " + param.title()).matches("(?s)[A-Z].*\\.");
            assertThat(GLOBAL).as("options of every command").doesNotContain(param.option());
            assertThat(param.option()).matches("[a-z][a-z0-9-]*");
            if (!param.choices().isEmpty() && param.defaultText() != null) {
                assertThat(param.choices()).contains(param.defaultText());
            }
        }
        refusesWhatDoesNotFit(signature);
        schemaIsValid(signature.jsonSchema());
        schemaIsValid(signature.reportSchema());
        hasACase(job, cases);
    }

    private static void refusesWhatDoesNotFit(JobSignature<?, ?> signature) {
        assertThatThrownBy(() -> signature.bind(Map.of("no_such_parameter", 1)))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("it has no parameter 'no_such_parameter'");
        Map<String, Object> required = new HashMap<>();
        for (ParamSpec param : signature.params()) {
            if (param.required()) {
                required.put(
                        param.name(),
                        param.choices().isEmpty() ? "1" : param.choices().get(0));
            }
        }
        for (ParamSpec param : signature.params()) {
            Map<String, Object> values = new HashMap<>(required);
            if (param.required()) {
                values.remove(param.name());
                assertThatThrownBy(() -> signature.bind(values)).hasMessageContaining(param.title() + " is missing");
            } else if (param.type() != ParamType.STRING || !param.choices().isEmpty()) {
                values.put(param.name(), List.of(Map.of()));
                assertThatThrownBy(() -> signature.bind(values))
                        .as("a wrong value of " + param.title())
                        .isInstanceOf(AthanorException.class)
                        .hasMessageContaining(param.title());
            }
        }
    }

    private static void schemaIsValid(JsonNode schema) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        Schema meta = registry.getSchema(
                com.networknt.schema.SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(meta.validate(schema)).as(schema.toPrettyString()).isEmpty();
    }

    /** The case is a test class whose source names the job. */
    private static void hasACase(Job<?, ?> job, Properties cases) throws IOException {
        String test = cases.getProperty(job.name());
        assertThat(test)
                .as("line '" + job.name() + "=TEST CLASS' in job-cases.properties")
                .isNotNull();
        Path source = repository().resolve("pipelines/src/test/java/" + test.replace('.', '/') + ".java");
        assertThat(source).exists();
        String words = "\"" + job.name().replaceFirst("-", "\", \"") + "\"";
        assertThat(Files.readString(source))
                .as(test + " runs " + job.name())
                .satisfiesAnyOf(
                        text -> assertThat(text).contains(words),
                        text -> assertThat(text).contains(job.getClass().getSimpleName()),
                        text -> assertThat(text)
                                .contains("CALL athanor." + job.procedure().orElse("-") + "("));
    }

    @Test
    void noCaseIsLeftOver() throws IOException {
        Properties cases = new Properties();
        try (InputStream in = JobContractTest.class.getResourceAsStream("job-cases.properties")) {
            cases.load(in);
        }
        Set<String> names = new TreeSet<>();
        Jobs.all().forEach(job -> names.add(job.name()));
        assertThat(names).containsAll(cases.stringPropertyNames());
    }

    /** {@code mvn test -Dathanor.update=true} writes the page anew, and the schemas. */
    @Test
    void theReferencePageIsUpToDate() throws IOException {
        isUpToDate("conf/JOBS.md", JobsPage.of(Jobs.all()));
    }

    @Test
    void theFunctionsPageIsUpToDate() throws IOException {
        isUpToDate("conf/FUNCTIONS.md", FunctionsPage.of(SqlFunctions.descriptions()));
    }

    @Test
    void theSchemasAreUpToDate() throws IOException {
        isUpToDate("conf/jobs.schema.json", JobsPage.schemas(Jobs.all()));
    }

    private static void isUpToDate(String file, String text) throws IOException {
        Path page = repository().resolve(file);
        if (Boolean.getBoolean("athanor.update")) {
            Files.writeString(page, text);
        }
        assertThat(page)
                .as(file + "; write it with mvn -pl pipelines -am test -Dtest=JobContractTest -Dathanor.update=true"
                        + " -Dsurefire.failIfNoSpecifiedTests=false")
                .hasContent(text);
    }

    private static Path repository() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("athanor"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
