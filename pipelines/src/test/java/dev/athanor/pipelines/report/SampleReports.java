package dev.athanor.pipelines.report;

import dev.athanor.engine.metrics.Evaluation.ClassQuality;
import dev.athanor.engine.metrics.Evaluation.ReliabilityBin;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.train.EpochMetrics;
import dev.athanor.pipelines.report.ReportContent.Bar;
import dev.athanor.pipelines.report.ReportContent.Classification;
import dev.athanor.pipelines.report.ReportContent.Mistake;
import dev.athanor.pipelines.report.ReportContent.Point;
import dev.athanor.pipelines.report.ReportContent.Regression;
import dev.athanor.pipelines.report.ReportContent.Subject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Contents as jobs hand them over, made from a seed. */
final class SampleReports {
    private SampleReports() {}

    /** Ten digits, pictures for mistakes. */
    static ReportContent digits() {
        List<Mistake> mistakes = new ArrayList<>();
        Random random = new Random(5);
        for (int i = 0; i < 12; i++) {
            float[] pixels = new float[64];
            for (int p = 0; p < 64; p++) {
                double d = Math.abs(Math.hypot(p % 8 - 3.5, Math.floorDiv(p, 8) - 3.5) - 2.2);
                pixels[p] = (float) Math.max(0, 16 - 9 * d + random.nextGaussian() * 2);
            }
            mistakes.add(new Mistake(
                    "" + i % 10,
                    "" + (i + 3) % 10,
                    0.99 - i * 0.04,
                    Picture.ofVector(pixels).orElseThrow(),
                    Map.of("id", "" + i * 37)));
        }
        return classification(IntStream.range(0, 10).mapToObj(Integer::toString).toList(), mistakes);
    }

    /** Any classes, any mistakes. */
    static ReportContent classification(List<String> classes, List<Mistake> mistakes) {
        Random random = new Random(11);
        List<List<Long>> confusion = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            List<Long> row = new ArrayList<>();
            for (int j = 0; j < classes.size(); j++) {
                row.add(i == j ? 30L + random.nextInt(10) : random.nextInt(12) == 0 ? 1L + random.nextInt(4) : 0L);
            }
            confusion.add(row);
        }
        List<ReliabilityBin> bins = new ArrayList<>();
        long[] rows = {0, 0, 1, 3, 6, 9, 14, 17, 30, 280};
        for (int i = 0; i < 10; i++) {
            double confidence = rows[i] == 0 ? Double.NaN : 0.05 + i / 10.0;
            double accuracy = rows[i] == 0 ? Double.NaN : Math.min(1, confidence + random.nextGaussian() * 0.06);
            bins.add(new ReliabilityBin(i / 10.0, (i + 1) / 10.0, rows[i], confidence, accuracy));
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", 0.9833);
        metrics.put("macro_f1", 0.9829);
        metrics.put("ece", 0.0087);
        metrics.put("brier", 0.02614);
        metrics.put("log_loss", 0.05921);
        return new ReportContent(
                new Subject(
                        "digits@1",
                        Task.CLASSIFICATION,
                        "cnn",
                        "every row carries one square image of 8x8 pixels",
                        "vector (512 bit): the widest that passed its self-test",
                        "digits_test",
                        360,
                        0,
                        List.of("image"),
                        "label",
                        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                        "2026-11-23T21:40:12Z"),
                metrics,
                history("accuracy", 0.985),
                new Classification(quality(classes, confusion), confusion, bins),
                mistakes,
                lineage());
    }

    private static List<ClassQuality> quality(List<String> classes, List<List<Long>> confusion) {
        List<ClassQuality> quality = new ArrayList<>();
        for (int i = 0; i < classes.size(); i++) {
            int index = i;
            double right = confusion.get(i).get(i);
            long support = confusion.get(i).stream().mapToLong(Long::longValue).sum();
            long predicted = confusion.stream().mapToLong(row -> row.get(index)).sum();
            quality.add(new ClassQuality(
                    classes.get(i), right / predicted, right / support, 2 * right / (support + predicted), support));
        }
        return quality;
    }

    /** A number to predict; rows as text. */
    static ReportContent regression() {
        Random random = new Random(3);
        List<Point> points = new ArrayList<>();
        long[] counts = new long[21];
        for (int i = 0; i < 900; i++) {
            double actual = 60 + 140 * random.nextDouble();
            double residual = 8 * random.nextGaussian();
            points.add(new Point(actual, actual + residual));
            counts[(int) Math.max(0, Math.min(20, Math.round(residual / 3) + 10))]++;
        }
        List<Bar> bars = IntStream.range(0, 21)
                .mapToObj(i -> new Bar(-31.5 + 3 * i, -28.5 + 3 * i, counts[i]))
                .toList();
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("rmse", 8.0213);
        metrics.put("mae", 6.377);
        metrics.put("r2", 0.9612);
        metrics.put("interval_coverage", 0.8978);
        List<Mistake> mistakes = List.of(
                new Mistake(
                        "182.5", "154.1", Double.NaN, null, Map.of("street", "Am Ofen 3", "note", "cellar, no light")),
                new Mistake("71.0", "98.4", Double.NaN, null, Map.of("street", "Ligustergasse", "note", "")));
        return new ReportContent(
                new Subject(
                        "rents@4",
                        Task.REGRESSION,
                        "mlp",
                        "numbers and categories, no text and no image",
                        "vector (256 bit)",
                        "rents_test",
                        900,
                        0,
                        List.of("area", "rooms", "street", "note"),
                        "rent",
                        null,
                        "2026-11-23T21:40:12Z"),
                metrics,
                history("rmse", 8.0),
                new Regression(points, bars, 0.8978, 0.9),
                mistakes,
                lineage());
    }

    private static List<EpochMetrics> history(String metric, double last) {
        List<EpochMetrics> history = new ArrayList<>();
        double best = Double.POSITIVE_INFINITY;
        Random random = new Random(2);
        for (int e = 1; e <= 24; e++) {
            double train = 0.02 + 2.2 * Math.exp(-e / 3.0);
            double validation =
                    0.06 + 2.1 * Math.exp(-e / 3.2) + 0.004 * Math.max(0, e - 16) + 0.01 * random.nextDouble();
            boolean better = validation < best;
            best = Math.min(best, validation);
            double value = metric.equals("accuracy") ? last - 0.6 * Math.exp(-e / 2.5) : last + 30 * Math.exp(-e / 4.0);
            history.add(new EpochMetrics(
                    e, train, validation, metric, value, 0.002 * (1 - e / 25.0), 0.21, 31_000, better));
        }
        return history;
    }

    private static Manifest.Lineage lineage() {
        return new Manifest.Lineage(
                "digits_train", 3, null, 42, "0.1.0-SNAPSHOT", "quickstart-1", "2026-11-23T21:40:01Z", 1437);
    }
}
