package dev.athanor.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.report.ReportContent.Mistake;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ReportPageTest {
    private static final String HOSTILE =
            "</script><script>alert(1)</script><img src=x onerror='alert(2)'>\"&\u0000\u2028]]>";

    @Test
    void everySectionOfAClassifierStandsOnThePage() throws Exception {
        Document page = parse(ReportPage.render(SampleReports.digits()));

        assertThat(texts(page, "h2"))
                .containsExactly(
                        "How it learned",
                        "What it confuses",
                        "How far its confidence can be trusted",
                        "Its worst mistakes",
                        "Where it comes from");
        assertThat(texts(page, "h1")).containsExactly("digits@1");
        assertThat(texts(page, "dd")).contains("98.3 %", "0.87 %", "0.02614", "0.05921", "42");
        assertThat(page.getElementsByTagName("img").getLength()).isEqualTo(12);
        Element image = (Element) page.getElementsByTagName("img").item(0);
        assertThat(image.getAttribute("src")).startsWith("data:image/png;base64,iVBOR");
        assertThat(image.getAttribute("alt")).isEqualTo("An image of 0 that was taken for 3");
    }

    @Test
    void everySectionOfARegressionStandsOnThePage() throws Exception {
        Document page = parse(ReportPage.render(SampleReports.regression()));

        assertThat(texts(page, "h2"))
                .containsExactly("How it learned", "How close it comes", "Its worst mistakes", "Where it comes from");
        assertThat(texts(page, "strong")).contains("Predicted against actual", "Residuals", "89.8 %");
        assertThat(texts(page, "td")).contains("cellar, no light");
    }

    @Test
    void nothingIsFetchedFromAnywhere() throws Exception {
        for (ReportContent content : List.of(SampleReports.digits(), SampleReports.regression())) {
            String text = ReportPage.render(content);
            Document page = parse(text);
            assertThat(text.replace("http://www.w3.org/2000/svg", ""))
                    .doesNotContain("http:", "https:", "url(", "@import");
            NodeList all = page.getElementsByTagName("*");
            for (int i = 0; i < all.getLength(); i++) {
                Element element = (Element) all.item(i);
                assertThat(element.getTagName()).isNotIn("link", "iframe", "object", "base", "form");
                assertThat(element.getAttribute("href")).isEmpty();
                assertThat(element.getAttribute("src")).matches("|data:image/png;base64,.*");
            }
        }
    }

    @Test
    void namesFromDataCannotBecomeMarkup() throws Exception {
        List<String> classes = List.of(HOSTILE, "b");
        List<Mistake> mistakes = List.of(
                new Mistake(HOSTILE, "b", 0.9, null, Map.of(HOSTILE, HOSTILE)),
                new Mistake(
                        "b", HOSTILE, 0.9, Picture.ofVector(new float[64]).orElseThrow(), Map.of(HOSTILE, HOSTILE)));
        String text = ReportPage.render(SampleReports.classification(classes, mistakes));

        Document page = parse(text);
        NodeList scripts = page.getElementsByTagName("script");
        assertThat(scripts.getLength())
                .as("the figures and the page's own script")
                .isEqualTo(2);
        assertThat(text).doesNotContain("<script>alert", "<img src=x");
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            for (int a = 0; a < all.item(i).getAttributes().getLength(); a++) {
                assertThat(all.item(i).getAttributes().item(a).getNodeName()).doesNotStartWith("on");
            }
        }
        assertThat(figures(page).at("/outcome/classes/0/name").asText()).isEqualTo(HOSTILE);
    }

    @Test
    void thePolicyAllowsThePagesOwnScriptOnly() throws Exception {
        Document page = parse(ReportPage.render(SampleReports.digits()));
        Element script = (Element) page.getElementsByTagName("script").item(1);
        byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                .digest(script.getTextContent().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        String hash = java.util.Base64.getEncoder().encodeToString(digest);
        NodeList metas = page.getElementsByTagName("meta");
        List<String> policies = new ArrayList<>();
        for (int i = 0; i < metas.getLength(); i++) {
            Element meta = (Element) metas.item(i);
            if (meta.getAttribute("http-equiv").equals("Content-Security-Policy")) {
                policies.add(meta.getAttribute("content"));
            }
        }
        assertThat(policies)
                .singleElement()
                .asString()
                .contains("default-src 'none'", "script-src 'sha256-" + hash + "'");
    }

    @Test
    void everyFigureIsAlsoJson() throws Exception {
        JsonNode figures = figures(parse(ReportPage.render(SampleReports.digits())));

        assertThat(figures.at("/metrics/accuracy").asDouble()).isEqualTo(0.9833);
        assertThat(figures.at("/subject/model").asText()).isEqualTo("digits@1");
        assertThat(figures.at("/history")).hasSize(24);
        assertThat(figures.at("/outcome/confusion")).hasSize(10);
        assertThat(figures.at("/outcome/reliability/9/rows").asLong()).isEqualTo(280);
        assertThat(figures.at("/lineage/runId").asText()).isEqualTo("quickstart-1");
        assertThat(figures.at("/mistakes/0").has("picture")).isFalse();
    }

    @Test
    void everyChartHasATitleADescriptionAndATable() throws Exception {
        for (ReportContent content : List.of(SampleReports.digits(), SampleReports.regression())) {
            Document page = parse(ReportPage.render(content));
            NodeList charts = page.getElementsByTagName("svg");
            int titled = 0;
            for (int i = 0; i < charts.getLength(); i++) {
                Element chart = (Element) charts.item(i);
                if (chart.getAttribute("aria-hidden").isEmpty()) {
                    titled++;
                    assertThat(chart.getAttribute("role")).isEqualTo("img");
                    for (String id : chart.getAttribute("aria-labelledby").split(" ")) {
                        assertThat(byId(page, id).getTextContent()).isNotBlank();
                    }
                }
            }
            assertThat(titled).isGreaterThanOrEqualTo(3);
            assertThat(texts(page, "summary")).hasSizeGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void fiftyClassesFoldIntoTheWorstTwenty() throws Exception {
        List<String> classes =
                IntStream.range(0, 50).mapToObj(i -> "class " + i).toList();
        ReportContent content = SampleReports.classification(classes, List.of());
        Document page = parse(ReportPage.render(content));

        assertThat(texts(page, "th")).contains("all 30 others");
        assertThat(texts(page, "p"))
                .contains("The 20 classes with most errors of 50; the others are one row and column.");
        assertThat(figures(page).at("/outcome/confusion")).hasSize(50);
        Confusion all = Confusion.of((ReportContent.Classification) content.outcome());
        assertThat(total(all.worst())).isEqualTo(total(all));
    }

    @Test
    void moreClassesThanAMatrixHoldsHaveTheirTable() throws Exception {
        List<String> classes =
                IntStream.range(0, 30).mapToObj(i -> "class " + i).toList();
        ReportContent some = SampleReports.classification(classes, List.of());
        ReportContent.Classification outcome = (ReportContent.Classification) some.outcome();
        ReportContent content = new ReportContent(
                some.subject(),
                some.metrics(),
                List.of(),
                new ReportContent.Classification(outcome.classes(), List.of(), outcome.reliability()),
                List.of(),
                some.lineage());
        Document page = parse(ReportPage.render(content));

        assertThat(texts(page, "p")).contains("30 classes are too many for a matrix; the table has each of them.");
        assertThat(texts(page, "th")).contains("class 29");
        assertThatThrownBy(() -> new ReportContent.Classification(
                        outcome.classes(), List.of(List.of(1L)), outcome.reliability()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot draw a confusion matrix: 30 classes need as many rows and columns, not 1 rows");
    }

    @Test
    void valuesThatAreNotNumbersLeaveGapsNotGarbage() throws Exception {
        ReportContent digits = SampleReports.digits();
        List<dev.athanor.engine.train.EpochMetrics> history = List.of(new dev.athanor.engine.train.EpochMetrics(
                1, Double.NaN, Double.NaN, "accuracy", Double.NaN, 0.1, 1, 5, false));
        String text = ReportPage.render(new ReportContent(
                digits.subject(), Map.of("ece", Double.NaN), history, digits.outcome(), List.of(), null));

        parse(text);
        assertThat(text.replaceAll("(?s)<script type=\"application/json\".*?</script>", ""))
                .doesNotContain("NaN");
        assertThat(text).contains("No finite value was recorded.");
    }

    @Test
    void bothThemesHaveContrast() {
        String css = ReportPage.render(SampleReports.digits());
        int dark = css.indexOf("prefers-color-scheme: dark");
        assertThat(dark).isPositive();
        for (String theme : List.of(css.substring(0, dark), css.substring(dark))) {
            for (String ink : List.of("ink", "muted", "train", "valid", "good", "bad")) {
                for (String ground : List.of("page", "surface")) {
                    assertThat(contrast(colour(theme, ink), colour(theme, ground)))
                            .as("--%s on --%s", ink, ground)
                            .isGreaterThanOrEqualTo(4.5);
                }
            }
            for (String fill : List.of("good", "bad")) {
                for (int level = 1; level <= 10; level++) {
                    double share =
                            Integer.parseInt(theme.replaceAll("(?s).*?--m" + level + ": (\\d+)%.*", "$1")) / 100.0;
                    int[] ground = mix(colour(theme, fill), colour(theme, "surface"), share);
                    assertThat(contrast(colour(theme, level > 8 ? "strong" : "ink"), ground))
                            .as("text on %s%d", fill, level)
                            .isGreaterThanOrEqualTo(4.5);
                }
            }
        }
    }

    /** Leaves the samples under {@code target/report-samples} for a person to look at. */
    @Test
    void samplesAreSmallEnoughToMail() throws Exception {
        Path samples = Path.of("target", "report-samples");
        List<String> classes =
                IntStream.range(0, 50).mapToObj(i -> "class " + i).toList();
        Map<String, ReportContent> contents = Map.of(
                "digits", SampleReports.digits(),
                "regression", SampleReports.regression(),
                "classes",
                        SampleReports.classification(
                                classes, SampleReports.regression().mistakes()));
        for (Map.Entry<String, ReportContent> content : contents.entrySet()) {
            Path file = samples.resolve(content.getKey() + ".html");
            ReportPage.write(content.getValue(), file);
            assertThat(Files.size(file)).isLessThan(250_000);
        }
    }

    @Test
    void writingReplacesThePageAndSaysWhenItCannot(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("reports/index.html");
        ReportPage.write(SampleReports.regression(), file);
        ReportPage.write(SampleReports.digits(), file);

        assertThat(Files.readString(file)).startsWith("<!DOCTYPE html>").contains("digits@1");
        try (var files = Files.list(file.getParent())) {
            assertThat(files).containsExactly(file);
        }
        Path blocked = Files.writeString(directory.resolve("plain"), "").resolve("index.html");
        assertThatThrownBy(() -> ReportPage.write(SampleReports.digits(), blocked))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot write report " + blocked + ": ")
                .hasMessageContaining("Check that the directory can be written");
    }

    private static long total(Confusion confusion) {
        return IntStream.range(0, confusion.classes().size())
                .mapToLong(confusion::rows)
                .sum();
    }

    private static JsonNode figures(Document page) throws Exception {
        return new ObjectMapper().readTree(byId(page, "athanor-report").getTextContent());
    }

    private static Element byId(Document page, String id) {
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            if (((Element) all.item(i)).getAttribute("id").equals(id)) {
                return (Element) all.item(i);
            }
        }
        throw new AssertionError("no element has the id " + id);
    }

    private static List<String> texts(Document page, String tag) {
        NodeList found = page.getElementsByTagName(tag);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> found.item(i).getTextContent())
                .toList();
    }

    /** The page is also well-formed XML, so a strict parser finds what a browser would repair in silence. */
    static Document parse(String page) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        DocumentBuilder builder = factory.newDocumentBuilder();
        return builder.parse(new InputSource(new StringReader(page)));
    }

    private static int[] colour(String css, String name) {
        String hex = css.replaceAll("(?s).*?--" + name + ": #([0-9a-f]{6});.*", "$1");
        int rgb = Integer.parseInt(hex, 16);
        return new int[] {rgb >> 16, rgb >> 8 & 255, rgb & 255};
    }

    private static int[] mix(int[] a, int[] b, double share) {
        int[] mixed = new int[3];
        for (int i = 0; i < 3; i++) {
            mixed[i] = (int) Math.round(a[i] * share + b[i] * (1 - share));
        }
        return mixed;
    }

    /** WCAG 2.2, contrast ratio. */
    private static double contrast(int[] a, int[] b) {
        double la = luminance(a);
        double lb = luminance(b);
        return (Math.max(la, lb) + 0.05) / (Math.min(la, lb) + 0.05);
    }

    private static double luminance(int[] rgb) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        double sum = 0;
        for (int i = 0; i < 3; i++) {
            double c = rgb[i] / 255.0;
            sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
        }
        return sum;
    }
}
