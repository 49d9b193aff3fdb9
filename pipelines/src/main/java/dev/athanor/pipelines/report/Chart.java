package dev.athanor.pipelines.report;

import java.util.function.DoubleFunction;

/** What all charts share: the frame with its title and description for screen readers, axes, marks with a tip. */
final class Chart {
    /** Room left of the plot for the labels of the vertical axis, pixels. */
    static final double LEFT = 52;

    /** Room under the plot for the labels and title of the horizontal axis, pixels. */
    static final double BOTTOM = 40;

    private Chart() {}

    /** Opens an SVG that scales with the page; close it with {@link Html#end()}. */
    static void start(Html html, String id, double width, double height, String title, String description) {
        html.start(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "class",
                "chart",
                "viewBox",
                "0 0 " + Scale.pixel(width) + " " + Scale.pixel(height),
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-desc");
        html.element("title", title, "id", id + "-title");
        html.element("desc", description, "id", id + "-desc");
    }

    static void horizontalAxis(Html html, Scale x, Scale y, String title, DoubleFunction<String> label) {
        for (double tick : x.ticks()) {
            String at = x.px(tick);
            line(html, "grid", at, y.px(y.low()), at, y.px(y.high()));
            html.element(
                    "text", label.apply(tick), "class", "tick", "text-anchor", "middle", "x", at, "y", down(y, 16));
        }
        html.element(
                "text",
                title,
                "class",
                "axis",
                "text-anchor",
                "middle",
                "x",
                Scale.pixel((x.from() + x.to()) / 2),
                "y",
                down(y, 34));
    }

    static void verticalAxis(Html html, Scale x, Scale y, DoubleFunction<String> label) {
        for (double tick : y.ticks()) {
            String at = y.px(tick);
            line(html, "grid", x.px(x.low()), at, x.px(x.high()), at);
            html.element(
                    "text",
                    label.apply(tick),
                    "class",
                    "tick",
                    "text-anchor",
                    "end",
                    "x",
                    Scale.pixel(x.from() - 8),
                    "y",
                    Scale.pixel(y.at(tick) + 4));
        }
    }

    static void line(Html html, String style, String x1, String y1, String x2, String y2) {
        html.empty("line", "class", style, "x1", x1, "y1", y1, "x2", x2, "y2", y2);
    }

    static void dot(Html html, String style, String x, String y, double radius, String tip) {
        html.empty("circle", "class", style, "cx", x, "cy", y, "r", Scale.pixel(radius), "data-tip", tip);
    }

    /** A bar between two corners, in pixels, in any order. */
    static void bar(Html html, String style, double x1, double y1, double x2, double y2, String tip) {
        html.empty(
                "rect",
                "class",
                style,
                "x",
                Scale.pixel(Math.min(x1, x2)),
                "y",
                Scale.pixel(Math.min(y1, y2)),
                "width",
                Scale.pixel(Math.abs(x2 - x1)),
                "height",
                Scale.pixel(Math.abs(y2 - y1)),
                "rx",
                "1.5",
                "data-tip",
                tip);
    }

    private static String down(Scale y, double pixels) {
        return Scale.pixel(y.from() + pixels);
    }
}
