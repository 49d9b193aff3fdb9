package dev.athanor.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JobSignatureTest {
    record Params(
            @Param(doc = "The table.", required = true) String table,
            @Param(doc = "Columns.") List<String> features,
            @Param(doc = "Passes.", defaultValue = "3") int epochs,
            @Param(doc = "Peak rate.") Double learningRate,
            @Param(doc = "Seed.", defaultValue = "42") long seed,
            @Param(
                            doc = "Kind.",
                            defaultValue = "auto",
                            choices = {"auto", "linear", "mlp"})
                    String network,
            @Param(doc = "Reader option.", option = "option") Map<String, String> readerOptions,
            @Param(doc = "Rewrites.") boolean overwrite,
            @Param(doc = "Where to.", commandLineOnly = true) String report) {}

    record Inner(String name, double value) {}

    record Report(
            double accuracy,
            double macroF1,
            float ece,
            long rows,
            Instant at,
            List<Inner> parts,
            Map<String, Double> by) {}

    static class Example implements Job<Params, Report> {
        @Override
        public String name() {
            return "example";
        }

        @Override
        public String summary() {
            return "Is an example.";
        }

        @Override
        public Class<Params> paramsType() {
            return Params.class;
        }

        @Override
        public Class<Report> reportType() {
            return Report.class;
        }

        @Override
        public Report run(Params params, JobContext context) {
            return new Report(1, 1, 0, 1, Instant.EPOCH, List.of(), Map.of());
        }
    }

    private final JobSignature<Params, Report> signature = JobSignature.of(new Example());

    @Test
    void namesComeFromTheComponents() {
        assertThat(signature.params())
                .extracting(ParamSpec::name)
                .containsExactly(
                        "table",
                        "features",
                        "epochs",
                        "learning_rate",
                        "seed",
                        "network",
                        "reader_options",
                        "overwrite",
                        "report");
        assertThat(signature.params())
                .extracting(ParamSpec::option)
                .contains("learning-rate", "option")
                .doesNotContain("reader-options");
        assertThat(signature.procedureParams()).extracting(ParamSpec::name).doesNotContain("report");
    }

    @Test
    void bindsTextsOfACommandLine() {
        Params p = signature.bind(Map.of(
                "table", "news",
                "features", "title, description",
                "epochs", "10",
                "learning_rate", "1e-3",
                "reader_options", List.of("header=true", "sep==")));
        assertThat(p)
                .isEqualTo(new Params(
                        "news",
                        List.of("title", "description"),
                        10,
                        0.001,
                        42L,
                        "auto",
                        Map.of("header", "true", "sep", "="),
                        false,
                        null));
    }

    @Test
    void bindsTypedValuesOfSql() {
        Map<String, Object> values = new HashMap<>();
        values.put("table", "news");
        values.put("features", new String[] {"a", "b,c"});
        values.put("learning_rate", new BigDecimal("0.25"));
        values.put("seed", 7);
        values.put("overwrite", true);
        values.put("network", null);
        Params p = signature.bind(values);
        assertThat(p.features()).containsExactly("a", "b,c");
        assertThat(p.learningRate()).isEqualTo(0.25);
        assertThat(p.seed()).isEqualTo(7);
        assertThat(p.overwrite()).isTrue();
        assertThat(p.network()).isEqualTo("auto");
        assertThat(p.readerOptions()).isEmpty();
    }

    @Test
    void refusesWhatIsMissing() {
        assertThatThrownBy(() -> signature.bind(Map.of()))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot run example: --table (in SQL: table) is missing. Give it text: The table.");
    }

    @Test
    void refusesAWrongType() {
        for (Object bad : Arrays.asList("ten", "1.5", 1.5, "", List.of(1), "99999999999")) {
            assertThatThrownBy(() -> signature.bind(Map.of("table", "t", "epochs", bad)))
                    .isInstanceOf(AthanorException.class)
                    .hasMessage("Cannot run example: --epochs (in SQL: epochs) takes a whole number, not '" + bad
                            + "'. Give it a whole number: Passes.");
        }
        for (Object bad : List.of("NaN", "fast", Double.POSITIVE_INFINITY)) {
            assertThatThrownBy(() -> signature.bind(Map.of("table", "t", "learning_rate", bad)))
                    .hasMessageContaining("takes a number, not '" + bad + "'");
        }
        assertThatThrownBy(() -> signature.bind(Map.of("table", "t", "reader_options", "header")))
                .hasMessageContaining("--option (in SQL: reader_options) takes a map from text to text, not 'header'");
        assertThatThrownBy(() -> signature.bind(Map.of("table", "t", "features", "a,,b")))
                .hasMessageContaining("takes a list of texts, not 'a,,b'");
        assertThatThrownBy(() -> signature.bind(Map.of("table", "t", "overwrite", "maybe")))
                .hasMessageContaining("takes true or false, not 'maybe'");
    }

    @Test
    void refusesWhatIsNotAmongTheChoicesWithTheNearest() {
        assertThatThrownBy(() -> signature.bind(Map.of("table", "t", "network", "liner")))
                .hasMessage("Cannot run example: --network (in SQL: network) cannot be 'liner'. "
                        + "Write 'linear' if you meant that; it is one of auto, linear, mlp.");
        assertThatThrownBy(() -> signature.bind(Map.of("table", "t", "network", "xyz")))
                .hasMessage("Cannot run example: --network (in SQL: network) cannot be 'xyz'. "
                        + "It is one of auto, linear, mlp.");
    }

    @Test
    void refusesAnUnknownParameterWithTheNearest() {
        assertThatThrownBy(() -> signature.bind(Map.of("tabel", "t")))
                .hasMessage("Cannot run example: it has no parameter 'tabel'. Write 'table' if you meant that.");
        assertThatThrownBy(() -> signature.bind(Map.of("zzzzzzzz", "t")))
                .hasMessageContaining("Its parameters are table, features, epochs");
    }

    @Test
    void schemasDescribeParametersAndReport() {
        assertThat(signature.jsonSchema().at("/properties/network").toString())
                .isEqualTo("{\"description\":\"Kind.\",\"type\":\"string\",\"enum\":[\"auto\",\"linear\",\"mlp\"],"
                        + "\"default\":\"auto\"}");
        assertThat(signature.jsonSchema().at("/required").toString()).isEqualTo("[\"table\"]");
        assertThat(signature.jsonSchema().at("/properties").has("report")).isFalse();
        assertThat(signature.reportSchema().at("/properties/macro_f1/type").toString())
                .isEqualTo("[\"number\",\"null\"]");
        assertThat(signature
                        .reportSchema()
                        .at("/properties/parts/items/properties/name/type/0")
                        .asText())
                .isEqualTo("string");
    }

    @Test
    void reportsSurviveJson() throws Exception {
        Report report = new Report(
                Double.NaN,
                0.5,
                Float.NaN,
                3,
                Instant.parse("2026-11-23T10:00:00Z"),
                List.of(new Inner("x", Double.POSITIVE_INFINITY)),
                Map.of("rmse", 2.0));
        String json = JobJson.write(report);
        assertThat(json)
                .isEqualTo(
                        "{\"accuracy\":null,\"macro_f1\":0.5,\"ece\":null,\"rows\":3,\"at\":\"2026-11-23T10:00:00Z\","
                                + "\"parts\":[{\"name\":\"x\",\"value\":null}],\"by\":{\"rmse\":2.0}}");
        Report back = JobJson.read(json, Report.class);
        assertThat(back.accuracy()).isNaN();
        assertThat(back.macroF1()).isEqualTo(0.5);
        assertThat(back.at()).isEqualTo(report.at());
    }

    @Test
    void secretsAreNotDescribed() {
        Params p = signature.bind(Map.of(
                "table",
                "jdbc://user:pw@host/db?sig=abc&x=1",
                "reader_options",
                Map.of("fs.s3a.secret.key", "s3cr3t", "header", "true")));
        assertThat(signature.describe(p).toString())
                .doesNotContain("s3cr3t")
                .doesNotContain("user:pw")
                .doesNotContain("abc")
                .contains("header=true")
                .contains("fs.s3a.secret.key=(redacted)");
    }

    record Untold(String table) {}

    @Test
    void aJobWithoutDocsIsRefused() {
        class Bad extends Example {}
        Job<Untold, Report> bad = new Job<>() {
            @Override
            public String name() {
                return "bad";
            }

            @Override
            public String summary() {
                return "Is bad.";
            }

            @Override
            public Class<Untold> paramsType() {
                return Untold.class;
            }

            @Override
            public Class<Report> reportType() {
                return Report.class;
            }

            @Override
            public Report run(Untold params, JobContext context) {
                throw new UnsupportedOperationException();
            }
        };
        assertThatThrownBy(() -> JobSignature.of(bad)).hasMessage("job bad, parameter table has no @Param");
        assertThatThrownBy(() -> Jobs.checked(List.of(new Example(), new Bad())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("two jobs have the name example: ");
    }
}
