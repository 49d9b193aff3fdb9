package dev.athanor.pipelines.report;

import dev.athanor.pipelines.report.ReportContent.Mistake;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The worst mistakes: as pictures where rows are images, else as a table of the rows. */
final class MistakesSection {
    private static final int LONGEST_TEXT = 400;
    private static final int MOST_COLUMNS = 8;

    private MistakesSection() {}

    static void write(Html html, List<Mistake> mistakes) {
        List<Mistake> pictures =
                mistakes.stream().filter(m -> m.picture() != null).toList();
        List<Mistake> others =
                mistakes.stream().filter(m -> m.picture() == null).toList();
        if (!pictures.isEmpty()) {
            html.start("ul", "class", "gallery");
            pictures.forEach(m -> picture(html, m));
            html.endLine();
        }
        if (!others.isEmpty()) {
            table(html, others);
        }
    }

    private static void picture(Html html, Mistake m) {
        html.start("li");
        html.empty(
                "img",
                "src",
                m.picture().dataUri(),
                "alt",
                "An image of " + m.actual() + " that was taken for " + m.predicted(),
                "width",
                "96",
                "height",
                Long.toString(
                        Math.round(96.0 * m.picture().height() / m.picture().width())));
        html.start("p");
        html.element("span", Figures.shorten(m.predicted(), 24), "class", "wrong", "title", m.predicted());
        html.text(" instead of ");
        html.element("span", Figures.shorten(m.actual(), 24), "class", "right", "title", m.actual());
        html.end();
        if (Double.isFinite(m.confidence())) {
            html.element("p", Figures.percent(m.confidence()) + " sure", "class", "sure");
        }
        m.values()
                .forEach((name, value) ->
                        html.element("p", name + " " + Figures.shorten(value, 40), "class", "sure", "title", value));
        html.endLine();
    }

    private static void table(Html html, List<Mistake> mistakes) {
        Set<String> columns = new LinkedHashSet<>();
        mistakes.forEach(m -> columns.addAll(m.values().keySet()));
        List<String> shown = columns.stream().limit(MOST_COLUMNS).toList();
        boolean confidence = mistakes.stream().anyMatch(m -> Double.isFinite(m.confidence()));
        html.start("div", "class", "scroll")
                .start("table", "class", "rows")
                .start("thead")
                .start("tr");
        html.element("th", "Actual", "scope", "col").element("th", "Predicted", "scope", "col");
        if (confidence) {
            html.element("th", "Confidence", "scope", "col");
        }
        shown.forEach(column -> html.element("th", column, "scope", "col"));
        html.end().end().start("tbody");
        for (Mistake m : mistakes) {
            html.start("tr").element("td", m.actual(), "class", "right").element("td", m.predicted(), "class", "wrong");
            if (confidence) {
                html.element("td", Figures.percent(m.confidence()));
            }
            for (String column : shown) {
                String value = m.values().getOrDefault(column, "");
                html.element("td", Figures.shorten(value, LONGEST_TEXT), "class", "text");
            }
            html.endLine();
        }
        html.end().end().endLine();
        if (columns.size() > shown.size()) {
            html.element("p", (columns.size() - shown.size()) + " more columns are in the data.", "class", "note");
        }
    }
}
