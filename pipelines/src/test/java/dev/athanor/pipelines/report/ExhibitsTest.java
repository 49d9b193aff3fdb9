package dev.athanor.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.Task;
import dev.athanor.pipelines.report.ReportContent.Mistake;
import dev.athanor.pipelines.report.ReportContent.Point;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class ExhibitsTest {
    private static final ColumnSpec TEXT = new ColumnSpec("title", ColumnKind.STRING, "string");
    private static final ColumnSpec IMAGE = new ColumnSpec("image", ColumnKind.VECTOR, "array<float>");
    private static final ColumnSpec NUMBER = new ColumnSpec("area", ColumnKind.NUMBER, "double");

    @Test
    void theMostConfidentMistakesAreKeptWithTheirRowsInAnyOrderOfParts() {
        Model model = new FakeModel(manifest(Task.CLASSIFICATION, List.of("a", "b"), "string"));
        Exhibits whole = new Exhibits(model);
        Exhibits parts = new Exhibits(model);
        for (int part = 0; part < 5; part++) {
            RowBatch rows =
                    new RowBatch(List.of(TEXT, IMAGE), new ColumnSpec("label", ColumnKind.STRING, "string"), 40);
            for (int i = 0; i < 40; i++) {
                append(rows.bytes(0), "row " + (part * 40 + i) + " " + "x".repeat(900));
                rows.vectors(1).append(new float[16], 0, 16);
                append((FeatureColumn.Bytes) rows.label(), i % 2 == 0 ? "a" : "b");
            }
            int first = part * 40;
            Predictions predictions = new FakePredictions(40, row -> 0.5 + (first + row) / 500.0);
            whole.add(predictions, rows);
            Exhibits one = new Exhibits(model);
            one.add(predictions, rows);
            parts.merge(Exhibits.fromBytes(model, one.toBytes()));
        }

        List<Mistake> mistakes = parts.mistakes();
        assertThat(mistakes).hasSize(24).isEqualTo(whole.mistakes());
        Mistake worst = mistakes.get(0);
        assertThat(worst.actual()).isEqualTo("b");
        assertThat(worst.predicted()).isEqualTo("a");
        assertThat(worst.confidence()).isCloseTo(0.5 + 199 / 500.0, org.assertj.core.api.Assertions.within(1e-6));
        assertThat(worst.picture().width()).isEqualTo(4);
        assertThat(worst.values()).containsOnlyKeys("title");
        assertThat(worst.values().get("title"))
                .startsWith("row 199 ")
                .hasSize(400)
                .endsWith("…");
    }

    @Test
    void aRegressionKeepsItsLargestErrorsAndASample() {
        Model model = new FakeModel(manifest(Task.REGRESSION, List.of(), "double"));
        Exhibits exhibits = new Exhibits(model);
        RowBatch rows = new RowBatch(List.of(NUMBER), new ColumnSpec("label", ColumnKind.NUMBER, "double"), 5000);
        for (int i = 0; i < 5000; i++) {
            rows.numbers(0).append(i + 0.5);
            ((FeatureColumn.Numbers) rows.label()).append(i);
        }
        exhibits.add(new FakePredictions(5000, row -> row == 77 ? -1000 : row + 1), rows);

        assertThat(exhibits.mistakes().get(0).actual()).isEqualTo("77");
        assertThat(exhibits.mistakes().get(0).predicted()).isEqualTo("-1,000");
        assertThat(exhibits.mistakes().get(0).values()).containsEntry("area", "77.5");
        List<Point> points = exhibits.points();
        assertThat(points)
                .hasSize(2000)
                .isEqualTo(Exhibits.fromBytes(model, exhibits.toBytes()).points());
        assertThat(points.stream().mapToDouble(Point::actual).average().orElseThrow())
                .as("the sample is spread over the table")
                .isBetween(2300.0, 2700.0);
        assertThat(ReportContent.Bar.histogram(points).stream()
                        .mapToLong(ReportContent.Bar::rows)
                        .sum())
                .isEqualTo(2000);
        assertThat(ReportContent.Bar.histogram(List.of())).isEmpty();
        assertThat(ReportContent.Bar.histogram(List.of(new Point(3, 3)))).isNotEmpty();
    }

    @Test
    void rowsWithoutLabelOrPredictionAreNoMistakes() {
        Model model = new FakeModel(manifest(Task.CLASSIFICATION, List.of("a", "b"), "string"));
        Exhibits exhibits = new Exhibits(model);
        RowBatch rows = new RowBatch(List.of(TEXT), new ColumnSpec("label", ColumnKind.STRING, "string"), 2);
        append(rows.bytes(0), "one");
        rows.bytes(0).appendNull();
        rows.label().appendNull();
        append((FeatureColumn.Bytes) rows.label(), "a");
        exhibits.add(new FakePredictions(2, row -> 0.9), rows);

        assertThat(exhibits.mistakes()).isEmpty();
    }

    private static void append(FeatureColumn.Bytes column, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        column.append(bytes, 0, bytes.length);
    }

    private static Manifest manifest(Task task, List<String> classes, String labelType) {
        Manifest.Lineage lineage = new Manifest.Lineage("table", -1, null, 1, "test", "run", "2026-01-01T00:00:00Z", 1);
        return new Manifest(
                1, task, "mlp", "test", List.of(), "label", labelType, classes, Map.of(), 1, 0, 0, lineage, Map.of());
    }

    /** Always predicts the first class, with a confidence by row; or a value by row. */
    private record FakePredictions(int rows, IntToDoubleFunction number) implements Predictions {
        @Override
        public String error(int row) {
            return null;
        }

        @Override
        public int classIndex(int row) {
            return 0;
        }

        @Override
        public float probability(int row, int classIndex) {
            return (float) (classIndex == 0 ? number.applyAsDouble(row) : 1 - number.applyAsDouble(row));
        }

        @Override
        public double value(int row) {
            return number.applyAsDouble(row);
        }

        @Override
        public double low(int row) {
            return value(row) - 1;
        }

        @Override
        public double high(int row) {
            return value(row) + 1;
        }
    }

    private record FakeModel(Manifest manifest) implements Model {
        @Override
        public Task task() {
            return manifest.task();
        }

        @Override
        public List<ColumnSpec> signature() {
            return manifest.features();
        }

        @Override
        public List<String> classes() {
            return manifest.classes();
        }

        @Override
        public Predictor predictor(int capacity) {
            throw new UnsupportedOperationException("predictions come from the test");
        }

        @Override
        public long vectorNumbers() {
            return 0;
        }

        @Override
        public long weightBytes() {
            return 0;
        }

        @Override
        public String kernels() {
            return "none";
        }
    }
}
