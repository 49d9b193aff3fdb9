package dev.athanor.pipelines.report;

import dev.athanor.pipelines.report.ReportContent.Bar;
import dev.athanor.pipelines.report.ReportContent.Point;
import dev.athanor.pipelines.report.ReportContent.Regression;
import java.util.List;

/** Predicted against actual values, the histogram of the residuals, and how often the interval holds. */
final class RegressionSection {
    private static final double WIDTH = 520;
    private static final double HEIGHT = 400;
    private static final int MOST_POINTS = 2_000;

    private RegressionSection() {}

    static void write(Html html, Regression outcome, String label) {
        html.start("div", "class", "pair");
        scatter(html, outcome.points(), label);
        histogram(html, outcome.residuals(), label);
        html.endLine();
        html.start("p", "class", "note");
        html.text("The " + Figures.wholePercent(outcome.target()) + " interval covers ");
        html.element("strong", Figures.percent(outcome.coverage()));
        html.text(" of the measured rows.").endLine();
    }

    private static void scatter(Html html, List<Point> points, String label) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (Point p : points) {
            if (Double.isFinite(p.actual()) && Double.isFinite(p.predicted())) {
                low = Math.min(low, Math.min(p.actual(), p.predicted()));
                high = Math.max(high, Math.max(p.actual(), p.predicted()));
            }
        }
        html.start("figure");
        html.start("figcaption").element("strong", "Predicted against actual").endLine();
        if (low <= high) {
            Scale x = Scale.round(low, high, Chart.LEFT, WIDTH - 24, 5);
            Scale y = Scale.round(low, high, HEIGHT - Chart.BOTTOM, 12, 5);
            Chart.start(
                    html,
                    "scatter",
                    WIDTH,
                    HEIGHT,
                    "Predicted against actual " + label,
                    "A point per row, " + Figures.count(Math.min(points.size(), MOST_POINTS))
                            + " rows; on the diagonal the prediction is right.");
            Chart.verticalAxis(html, x, y, y::label);
            Chart.horizontalAxis(html, x, y, "actual " + label + "; upwards: predicted", x::label);
            Chart.line(html, "diagonal", x.px(x.low()), y.px(y.low()), x.px(x.high()), y.px(y.high()));
            int step = Math.max(1, (points.size() + MOST_POINTS - 1) / MOST_POINTS);
            for (int i = 0; i < points.size(); i += step) {
                Point p = points.get(i);
                if (Double.isFinite(p.actual()) && Double.isFinite(p.predicted())) {
                    String tip =
                            "actual " + Figures.number(p.actual()) + ", predicted " + Figures.number(p.predicted());
                    Chart.dot(html, "point", x.px(p.actual()), y.px(p.predicted()), 2.5, tip);
                }
            }
            html.endLine();
        }
        html.endLine();
    }

    private static void histogram(Html html, List<Bar> bars, String label) {
        html.start("figure");
        html.start("figcaption").element("strong", "Residuals").endLine();
        if (!bars.isEmpty()) {
            long most = bars.stream().mapToLong(Bar::rows).max().orElse(0);
            double low = bars.get(0).low();
            double high = bars.get(bars.size() - 1).high();
            Scale x = Scale.round(low, high, Chart.LEFT, WIDTH - 24, 6);
            Scale y = Scale.round(0, (double) most, HEIGHT - Chart.BOTTOM, 12, 5);
            Chart.start(
                    html,
                    "residuals",
                    WIDTH,
                    HEIGHT,
                    "Residuals of " + label,
                    "Histogram of predicted minus actual from " + Figures.number(low) + " to " + Figures.number(high)
                            + "; the figures are in the table below.");
            Chart.verticalAxis(html, x, y, y::label);
            Chart.horizontalAxis(html, x, y, "predicted minus actual; upwards: rows", x::label);
            for (Bar bar : bars) {
                Chart.bar(
                        html,
                        "bar",
                        x.at(bar.low()) + 0.5,
                        y.at(0),
                        x.at(bar.high()) - 0.5,
                        y.at((double) bar.rows()),
                        bounds(bar) + ": " + Figures.count(bar.rows()) + " rows");
            }
            if (x.low() < 0 && x.high() > 0) {
                Chart.line(html, "diagonal", x.px(0), y.px(y.low()), x.px(0), y.px(y.high()));
            }
            html.endLine();
            table(html, bars);
        }
        html.endLine();
    }

    private static void table(Html html, List<Bar> bars) {
        html.start("details").element("summary", "Every bar as a table");
        html.start("div", "class", "scroll").start("table").start("thead").start("tr");
        html.element("th", "Residual", "scope", "col").element("th", "Rows", "scope", "col");
        html.end().end().start("tbody");
        for (Bar bar : bars) {
            html.start("tr")
                    .element("th", bounds(bar), "scope", "row")
                    .element("td", Figures.count(bar.rows()))
                    .endLine();
        }
        html.end().end().end().endLine();
    }

    private static String bounds(Bar bar) {
        return Figures.number(bar.low()) + " to " + Figures.number(bar.high());
    }
}
