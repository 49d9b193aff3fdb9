package dev.athanor.pipelines.report;

import dev.athanor.engine.train.EpochMetrics;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** Loss and metric per epoch, the epoch whose weights were kept marked. */
final class Curves {
    private static final double WIDTH = 520;
    private static final double HEIGHT = 280;
    private static final int DOTS_UP_TO = 60;

    private record Series(String name, String style, ToDoubleFunction<EpochMetrics> value) {}

    private Curves() {}

    static void write(Html html, List<EpochMetrics> history) {
        String metric = history.get(0).metricName();
        DoubleFunction<String> loss = Figures::number;
        DoubleFunction<String> score = v -> Figures.value(metric, v);
        html.start("div", "class", "pair");
        chart(
                html,
                "loss",
                "Loss per epoch",
                history,
                loss,
                List.of(
                        new Series("training", "train", EpochMetrics::trainLoss),
                        new Series("validation", "valid", EpochMetrics::validationLoss)));
        chart(
                html,
                "metric",
                Figures.title(metric) + " on validation rows",
                history,
                score,
                List.of(new Series(Figures.title(metric), "valid", EpochMetrics::metric)));
        html.endLine();
        table(html, history, score);
    }

    private static void chart(
            Html html,
            String id,
            String title,
            List<EpochMetrics> history,
            DoubleFunction<String> format,
            List<Series> all) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (EpochMetrics epoch : history) {
            for (Series series : all) {
                double v = series.value.applyAsDouble(epoch);
                if (Double.isFinite(v)) {
                    low = Math.min(low, v);
                    high = Math.max(high, v);
                }
            }
        }
        html.start("figure");
        html.start("figcaption").element("strong", title);
        if (all.size() > 1) {
            for (Series series : all) {
                html.start("span", "class", "key " + series.style)
                        .text(series.name)
                        .end();
            }
        }
        html.start("span", "class", "key best").text("weights kept").end();
        html.endLine();
        if (low <= high) {
            draw(html, id, title, history, format, all, low, high);
        } else {
            html.element("p", "No finite value was recorded.", "class", "note");
        }
        html.endLine();
    }

    private static void draw(
            Html html,
            String id,
            String title,
            List<EpochMetrics> history,
            DoubleFunction<String> format,
            List<Series> all,
            double low,
            double high) {
        int last = history.get(history.size() - 1).epoch();
        int first = history.get(0).epoch();
        double step = Math.max(1, Math.ceil((last - first) / 8.0));
        Scale x = new Scale(
                first == last ? first - 1 : first, first == last ? last + 1 : last, Chart.LEFT, WIDTH - 24, step);
        Scale y = Scale.round(low, high, HEIGHT - Chart.BOTTOM, 12, 5);
        boolean shares = format.apply(0.5).endsWith("%");
        Chart.start(
                html,
                id,
                WIDTH,
                HEIGHT,
                title,
                history.size() + " epochs, from " + format.apply(low) + " to " + format.apply(high)
                        + "; the figures are in the table below.");
        Chart.verticalAxis(html, x, y, v -> shares ? percentTick(v, y.step()) : y.label(v));
        Chart.horizontalAxis(html, x, y, "epoch", v -> v == Math.rint(v) ? Figures.count(Math.round(v)) : "");
        history.stream().filter(EpochMetrics::best).reduce((a, b) -> b).ifPresent(best -> {
            String at = x.px(best.epoch());
            Chart.line(html, "bestline", at, y.px(y.low()), at, y.px(y.high()));
        });
        for (Series series : all) {
            html.empty("path", "class", "line " + series.style, "d", path(history, series, x, y));
            for (EpochMetrics epoch : history) {
                double v = series.value.applyAsDouble(epoch);
                if (Double.isFinite(v)) {
                    String tip = "epoch " + epoch.epoch() + ", " + series.name + " " + format.apply(v)
                            + (epoch.best() ? ", best so far" : "");
                    double radius = history.size() <= DOTS_UP_TO ? 3 : 1.5;
                    Chart.dot(html, "dot " + series.style, x.px(epoch.epoch()), y.px(v), radius, tip);
                }
            }
        }
        html.endLine();
    }

    private static String path(List<EpochMetrics> history, Series series, Scale x, Scale y) {
        StringBuilder path = new StringBuilder();
        boolean pen = false;
        for (EpochMetrics epoch : history) {
            double v = series.value.applyAsDouble(epoch);
            if (Double.isFinite(v)) {
                path.append(pen ? 'L' : 'M')
                        .append(x.px(epoch.epoch()))
                        .append(' ')
                        .append(y.px(v));
            }
            pen = Double.isFinite(v);
        }
        return path.toString();
    }

    private static String percentTick(double share, double step) {
        return new Scale(0, 1, 0, 1, step * 100).label(share * 100) + " %";
    }

    private static void table(Html html, List<EpochMetrics> history, DoubleFunction<String> score) {
        html.start("details").element("summary", "Every epoch as a table");
        html.start("div", "class", "scroll").start("table");
        html.start("thead").start("tr");
        for (String head : List.of(
                "Epoch",
                "Training loss",
                "Validation loss",
                Figures.title(history.get(0).metricName()),
                "Learning rate",
                "Rows/s",
                "Seconds",
                "Best so far")) {
            html.element("th", head, "scope", "col");
        }
        html.end().end().start("tbody");
        for (EpochMetrics epoch : history) {
            html.start("tr").element("th", Integer.toString(epoch.epoch()), "scope", "row");
            for (String cell : List.of(
                    Figures.number(epoch.trainLoss()),
                    Figures.number(epoch.validationLoss()),
                    score.apply(epoch.metric()),
                    Figures.number(epoch.learningRate()),
                    Figures.count(Math.round(epoch.rowsPerSecond())),
                    Figures.number(epoch.seconds()),
                    epoch.best() ? "yes" : "")) {
                html.element("td", cell);
            }
            html.endLine();
        }
        html.end().end().end().endLine();
    }
}
