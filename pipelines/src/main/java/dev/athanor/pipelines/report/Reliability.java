package dev.athanor.pipelines.report;

import dev.athanor.engine.metrics.Evaluation.ReliabilityBin;
import java.util.List;

/** Accuracy against confidence: a model that knows what it knows follows the diagonal (Guo et al., arXiv:1706.04599). */
final class Reliability {
    private static final double WIDTH = 520;
    private static final double HEIGHT = 400;
    private static final double SPLIT = 286;
    private static final int FEW = 10;

    private Reliability() {}

    static void write(Html html, List<ReliabilityBin> bins, double ece) {
        long rows = bins.stream().mapToLong(ReliabilityBin::rows).sum();
        Scale x = new Scale(0, 1, Chart.LEFT, WIDTH - 24, 0.2);
        Scale y = new Scale(0, 1, SPLIT - 16, 12, 0.2);
        Scale share = new Scale(0, 1, HEIGHT - Chart.BOTTOM, SPLIT + 10, 0.5);
        html.start("figure");
        html.start("figcaption").element("strong", "Reliability diagram");
        html.start("span", "class", "key train").text("accuracy").end();
        html.start("span", "class", "key valid").text("mean confidence").end();
        html.endLine();
        Chart.start(
                html,
                "reliability",
                WIDTH,
                HEIGHT,
                "Reliability diagram",
                "Accuracy by confidence over " + Figures.count(rows) + " rows; expected calibration error "
                        + Figures.percent(ece) + "; the figures are in the table below.");
        Chart.verticalAxis(html, x, y, Figures::wholePercent);
        Chart.line(html, "diagonal", x.px(0), y.px(0), x.px(1), y.px(1));
        Chart.verticalAxis(html, x, share, v -> v == 0.5 ? "" : Figures.wholePercent(v));
        Chart.horizontalAxis(
                html, x, share, "confidence, and below the share of rows that have it", Figures::wholePercent);
        for (ReliabilityBin bin : bins) {
            if (bin.rows() == 0) {
                continue;
            }
            String tip = Figures.wholePercent(bin.from()) + "–" + Figures.wholePercent(bin.to()) + " confident: "
                    + Figures.count(bin.rows()) + " rows, " + Figures.percent(bin.accuracy()) + " right, "
                    + Figures.percent(bin.confidence()) + " confident on average";
            double left = x.at(bin.from()) + 1;
            double right = x.at(bin.to()) - 1;
            String style = bin.rows() < FEW ? "bar few" : "bar";
            Chart.bar(html, style, left, y.at(0), right, y.at(bin.accuracy()), tip);
            String confidence = y.px(bin.confidence());
            Chart.line(html, "mark", Scale.pixel(left), confidence, Scale.pixel(right), confidence);
            Chart.bar(html, "bar", left, share.at(0), right, share.at(bin.rows() / (double) rows), tip);
        }
        html.endLine();
        table(html, bins);
        html.endLine();
    }

    private static void table(Html html, List<ReliabilityBin> bins) {
        html.start("details").element("summary", "Every bin as a table");
        html.start("div", "class", "scroll").start("table").start("thead").start("tr");
        for (String head : List.of("Confidence", "Rows", "Mean confidence", "Accuracy", "Gap")) {
            html.element("th", head, "scope", "col");
        }
        html.end().end().start("tbody");
        for (ReliabilityBin bin : bins) {
            if (bin.rows() == 0) {
                continue;
            }
            html.start("tr")
                    .element(
                            "th",
                            Figures.wholePercent(bin.from()) + "–" + Figures.wholePercent(bin.to()),
                            "scope",
                            "row")
                    .element("td", Figures.count(bin.rows()))
                    .element("td", Figures.percent(bin.confidence()))
                    .element("td", Figures.percent(bin.accuracy()))
                    .element("td", Figures.percent(bin.confidence() - bin.accuracy()))
                    .endLine();
        }
        html.end().end().end().endLine();
    }
}
