package dev.athanor.pipelines.report;

import dev.athanor.engine.metrics.Evaluation.ClassQuality;
import dev.athanor.pipelines.report.ReportContent.Classification;
import java.util.Comparator;
import java.util.List;

/** The heat map of the confusion matrix, which is a table, and precision, recall and F1 per class. */
final class ConfusionSection {
    private static final int LEVELS = 10;
    private static final int SIDE_BY_SIDE = 12;
    private static final int MOST_CLASSES = 500;
    private static final int LONGEST_NAME = 14;

    private ConfusionSection() {}

    static void write(Html html, Classification outcome) {
        int classes = outcome.classes().size();
        boolean matrix = !outcome.confusion().isEmpty();
        html.start("div", "class", matrix && classes <= SIDE_BY_SIDE ? "pair" : "stack");
        if (matrix) {
            heatMap(html, Confusion.of(outcome).worst(), classes);
        } else {
            html.element(
                    "p", classes + " classes are too many for a matrix; the table has each of them.", "class", "note");
        }
        perClass(html, outcome.classes());
        html.endLine();
    }

    private static void heatMap(Html html, Confusion confusion, int classes) {
        html.start("figure");
        html.start("figcaption").element("strong", "Confusion matrix");
        html.start("span", "class", "key good").text("right").end();
        html.start("span", "class", "key bad").text("wrong").end();
        html.endLine();
        if (confusion.folded() > 0) {
            html.element(
                    "p",
                    "The " + (confusion.classes().size() - 1) + " classes with most errors of " + classes
                            + "; the others are one row and column.",
                    "class",
                    "note");
        }
        html.start("div", "class", "scroll").start("table", "class", shown(confusion));
        html.element("caption", "Rows: actual class. Columns: predicted class. Numbers: rows of the data.");
        html.start("thead").start("tr").element("td", "");
        for (String name : confusion.classes()) {
            html.element("th", Figures.shorten(name, LONGEST_NAME), "scope", "col", "title", name);
        }
        html.end().endLine().start("tbody");
        for (int actual = 0; actual < confusion.classes().size(); actual++) {
            String name = confusion.classes().get(actual);
            long rows = confusion.rows(actual);
            html.start("tr").element("th", Figures.shorten(name, LONGEST_NAME), "scope", "row", "title", name);
            for (int predicted = 0; predicted < confusion.classes().size(); predicted++) {
                long count = confusion.count(actual, predicted);
                String tip = Figures.count(count) + " of " + Figures.count(rows) + " rows of " + name
                        + (actual == predicted
                                ? " predicted right"
                                : " predicted as " + confusion.classes().get(predicted));
                html.element(
                        "td",
                        count == 0 ? "·" : Figures.count(count),
                        "class",
                        level(count, rows, actual == predicted),
                        "data-tip",
                        tip);
            }
            html.endLine();
        }
        html.end().end().end().endLine();
    }

    /** Many columns fit when their names stand upright. */
    private static String shown(Confusion confusion) {
        return confusion.classes().size() <= SIDE_BY_SIDE ? "heat" : "heat dense";
    }

    /** Errors are rare and matter: their colour grows with the root of their share. */
    private static String level(long count, long rows, boolean right) {
        if (count == 0) {
            return "none";
        }
        double share = count / (double) rows;
        double strength = right ? share : Math.sqrt(share);
        return (right ? "good" : "bad") + Math.max(1, Math.min(LEVELS, (int) Math.ceil(strength * LEVELS)));
    }

    private static void perClass(Html html, List<ClassQuality> classes) {
        List<ClassQuality> weakestFirst = classes.stream()
                .sorted(Comparator.comparingDouble(ClassQuality::f1))
                .limit(MOST_CLASSES)
                .toList();
        html.start("figure");
        html.start("figcaption").element("strong", "Per class, weakest first");
        html.endLine();
        html.start("div", "class", "scroll tall", "tabindex", "0", "role", "region", "aria-label", "Figures per class");
        html.start("table").start("thead").start("tr");
        for (String head : List.of("Class", "Precision", "Recall", "F1", "Rows")) {
            html.element("th", head, "scope", "col");
        }
        html.end().end().start("tbody");
        for (ClassQuality f : weakestFirst) {
            html.start("tr").element("th", Figures.shorten(f.name(), 40), "scope", "row", "title", f.name());
            share(html, f.precision());
            share(html, f.recall());
            share(html, f.f1());
            html.element("td", Figures.count(f.support())).endLine();
        }
        html.end().end().endLine();
        if (classes.size() > MOST_CLASSES) {
            html.element("p", (classes.size() - MOST_CLASSES) + " better classes are in the JSON.", "class", "note");
        }
        html.endLine();
    }

    private static void share(Html html, double value) {
        html.start("td", "class", "share").text(Figures.percent(value));
        if (Double.isFinite(value)) {
            html.start("svg", "viewBox", "0 0 100 4", "aria-hidden", "true", "preserveAspectRatio", "none");
            html.empty("rect", "class", "track", "width", "100", "height", "4");
            html.empty("rect", "class", "fill", "width", Scale.pixel(100 * value), "height", "4");
            html.end();
        }
        html.end();
    }
}
