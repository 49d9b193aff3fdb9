package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.conf.AthanorConf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Runs each query of {@code sql/predict/*.sql} and {@code sql/embed/*.sql} by row and by batch, with adaptive execution and code generation on and
 * off, and compares the rows. A new case is a new line.
 *
 * <p>In a file, each case is one line; {@code --} starts a comment; a line that starts with {@code ROW:} is a query in
 * which calls must stay row by row, all others must plan the operator and leave no call behind. A line of several
 * statements with {@code ;} between them is run as a script, and the rows of its last query are compared.
 */
class PredictDifferentialSparkTest extends PredictTestSession {
    private static final Path QUERIES = Path.of("src/test/resources/sql");

    @BeforeAll
    static void tables() {
        SparkSession spark = predictSpark();
        spark.conf().set(AthanorConf.EMBEDDING_MODEL.name(), "mini");
        String people = "SELECT id, CAST(id %% 7 AS DOUBLE) / 3 AS x, concat('text ', id %% 11) AS s,"
                + " array(CAST(id AS FLOAT), CAST(id %% 5 AS FLOAT), CAST(-id AS FLOAT)) AS v, id %% 3 AS k,"
                + " CASE WHEN id %% 10 = 0 THEN NULL ELSE concat('maybe ', id) END AS m FROM range(0, %d, 1, %d)";
        spark.sql(people.formatted(500, 3)).write().mode("overwrite").parquet("target/predict/p");
        spark.read().parquet("target/predict/p").createOrReplaceTempView("p");
        spark.sql(people.formatted(40, 2)).createOrReplaceTempView("q");
        spark.sql(people.formatted(0, 1)).createOrReplaceTempView("nothing");
        spark.sql("SELECT * FROM VALUES (1, 'a'), (2, NULL), (3, '') AS t(id, s)")
                .createOrReplaceTempView("few");
        spark.sql("SELECT * FROM VALUES ('World'), (NULL) AS t(m)").createOrReplaceTempView("few_m");
        spark.sql("SELECT * FROM VALUES (1, 0.5D, 'a', array(1F, 2F, 3F)), (2, NULL, NULL, NULL),"
                        + " (3, double('NaN'), '', array(float('NaN'), NULL, -0F)),"
                        + " (4, double('Infinity'), repeat('long ', 9000), array(1F)), (5, double('-Infinity'), '\uD83D\uDE00', array()),"
                        + " (6, -0D, 'a', array(1F, 2F, 3F, 4F)), (7, 1e308D, ' ', array(float('Infinity'), 0F, 0F))"
                        + " AS t(id, x, s, v)")
                .write()
                .mode("overwrite")
                .parquet("target/predict/odd");
        spark.read().parquet("target/predict/odd").createOrReplaceTempView("odd");
    }

    @TestFactory
    Stream<DynamicTest> queries() throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String folder : List.of("predict", "embed", "gen")) {
            for (Path file : files(QUERIES.resolve(folder))) {
                for (String line : Files.readAllLines(file)) {
                    if (!line.isBlank() && !line.startsWith("--")) {
                        boolean byRow = line.startsWith("ROW:");
                        String query = byRow ? line.substring(4).strip() : line;
                        tests.add(DynamicTest.dynamicTest(
                                folder + "/" + file.getFileName() + ": " + query, () -> compare(query, byRow)));
                    }
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(210);
        return tests.stream();
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static void compare(String query, boolean staysByRow) {
        long before = rowEvaluations();
        List<Row> byRow = run(query, false, true, true);
        long byRowAlone = rowEvaluations();
        long rowsBefore = rowsPredicted();
        assertThat(run(query, true, true, true))
                .as("by batch, adaptive, with code generation")
                .isEqualTo(byRow);
        assertThat(run(query, true, false, false))
                .as("by batch, not adaptive, interpreted")
                .isEqualTo(byRow);
        if (query.contains(";")) {
            assertThat(byRow).isNotEmpty();
            assertThat(byRowAlone).as("evaluations without the operator").isGreaterThan(before);
            assertThat(rowsPredicted()).isGreaterThan(rowsBefore);
            assertThat(rowEvaluations()).as("evaluations beside the operator").isEqualTo(byRowAlone);
        } else if (staysByRow) {
            assertThat(explain(query)).contains("[by row: ");
        } else {
            assertThat(explain(query)).contains("BatchInference").doesNotContain("[by row: ");
        }
        assertThat(NEWS.open).hasValue(0);
        assertThat(MINI.open).hasValue(0);
        assertThat(WRITER.open).hasValue(0);
    }

    private static String explain(String query) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) predictSpark().sql(query))
                .queryExecution()
                .executedPlan()
                .toString();
    }

    private static List<Row> run(String script, boolean operator, boolean adaptive, boolean codegen) {
        SparkSession spark = predictSpark();
        spark.conf().set("spark.athanor.inference.operator", operator);
        spark.conf().set("spark.sql.adaptive.enabled", adaptive);
        spark.conf().set("spark.sql.codegen.wholeStage", codegen);
        spark.conf().set("spark.sql.codegen.factoryMode", codegen ? "CODEGEN_ONLY" : "NO_CODEGEN");
        try {
            List<Row> list = null;
            for (String statement : script.split(";")) {
                Dataset<Row> rows = spark.sql(statement.strip());
                if (statement.strip().startsWith("SELECT") || statement.strip().startsWith("WITH")) {
                    list = new ArrayList<>(rows.collectAsList());
                    if (!statement.contains("ORDER BY")) {
                        list.sort(java.util.Comparator.comparing(Row::toString));
                    }
                }
            }
            return list;
        } finally {
            for (String key : List.of(
                    "spark.athanor.inference.operator",
                    "spark.sql.adaptive.enabled",
                    "spark.sql.codegen.wholeStage",
                    "spark.sql.codegen.factoryMode")) {
                spark.conf().unset(key);
            }
        }
    }
}
