package dev.athanor.pipelines.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.table.Task;
import dev.athanor.pipelines.report.ReportContent.Classification;
import dev.athanor.pipelines.report.ReportContent.Regression;
import dev.athanor.pipelines.report.ReportContent.Subject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/**
 * Lays a {@link ReportContent} out as one HTML file: styles, charts, pictures and figures inside, nothing fetched,
 * light and dark by the reader's setting, usable without scripts.
 *
 * <p>Text from data is escaped wherever it appears, and a content security policy in the page lets no script run but
 * the page's own. The file's {@code <script type="application/json" id="athanor-report">} holds every figure.
 *
 * <pre>{@code
 * ReportPage.write(content, Path.of("report/index.html"));
 * }</pre>
 */
public final class ReportPage {
    /** The pictures are on the page already. */
    @JsonIgnoreProperties("picture")
    private interface WithoutPicture {}

    private static final ObjectMapper JSON = JsonMapper.builder()
            .addMixIn(ReportContent.Mistake.class, WithoutPicture.class)
            .build();

    private ReportPage() {}

    /**
     * Writes the page, replacing what was there in one step, and creates the directory when it is missing.
     *
     * @throws AthanorException when the file cannot be written
     */
    public static void write(ReportContent content, Path file) {
        String page = render(content);
        try {
            Path directory = file.toAbsolutePath().getParent();
            Files.createDirectories(directory);
            // No temporary file of the JDK's: only its owner may read such a one.
            Path part = directory.resolve(".report-" + UUID.randomUUID() + ".part");
            try {
                Files.writeString(part, page);
                Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot write report " + file,
                    e.toString(),
                    "Check that the directory can be written and has room, or name another one",
                    e);
        }
    }

    /** The page as text. */
    public static String render(ReportContent content) {
        Subject subject = content.subject();
        String script = resource("report.js");
        Html html = new Html();
        html.start("html", "lang", "en").start("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-" + sha256(script)
                        + "'; base-uri 'none'; form-action 'none'");
        html.element("title", subject.model() + " · Athanor report");
        html.start("style").own(resource("report.css")).end();
        html.endLine().start("body").start("main");
        header(html, content);
        if (!content.history().isEmpty()) {
            section(html, "learning", "How it learned");
            Curves.write(html, content.history());
            html.endLine();
        }
        if (content.outcome() instanceof Classification outcome) {
            section(html, "classes", "What it confuses");
            ConfusionSection.write(html, outcome);
            html.endLine();
            section(html, "trust", "How far its confidence can be trusted");
            html.start("div", "class", "pair");
            Reliability.write(html, outcome.reliability(), content.metrics().getOrDefault("ece", Double.NaN));
            html.start("div", "class", "prose");
            html.element(
                    "p",
                    "Of the rows that the model is 80 % sure of, 80 % should be right: then the bars end on the dashed"
                            + " diagonal. Bars below it mean overconfidence, bars above it caution. The expected"
                            + " calibration error is the mean distance, weighted by rows.");
            html.element("p", "Pale bars stand for fewer than 10 rows and say little.");
            html.end().end().endLine();
        } else if (content.outcome() instanceof Regression outcome) {
            section(html, "values", "How close it comes");
            RegressionSection.write(html, outcome, subject.label());
            html.endLine();
        }
        if (!content.mistakes().isEmpty()) {
            section(html, "mistakes", "Its worst mistakes");
            MistakesSection.write(html, content.mistakes());
            html.endLine();
        }
        section(html, "origin", "Where it comes from");
        origin(html, subject, content.lineage());
        html.endLine();
        footer(html);
        html.endLine();
        html.start("script", "type", "application/json", "id", "athanor-report")
                .own(json(content))
                .endLine();
        html.start("script").own(script).endLine();
        html.end().end();
        return html.finish();
    }

    private static void header(Html html, ReportContent content) {
        Subject subject = content.subject();
        html.start("header");
        html.element("p", "Athanor model report", "class", "brand");
        html.element("h1", subject.model());
        html.start("p", "class", "lead");
        html.text(subject.task() == Task.CLASSIFICATION ? "Classifies " : "Predicts ");
        html.element("b", subject.label());
        html.text(" from ");
        html.element("b", Figures.shorten(String.join(", ", subject.features()), 120));
        html.text(" with a ").element("b", subject.network()).text(" network, measured on ");
        html.element("b", Figures.count(subject.rows())).text(" rows of ").element("b", subject.source());
        html.text(".");
        if (subject.errors() > 0) {
            html.text(" " + Figures.count(subject.errors()) + (subject.errors() == 1 ? " row" : " rows")
                    + " could not be decoded and " + (subject.errors() == 1 ? "is" : "are") + " not among them.");
        }
        html.endLine();
        html.start("dl", "class", "cards");
        for (Map.Entry<String, Double> metric : content.metrics().entrySet()) {
            html.start("div");
            html.element("dt", Figures.title(metric.getKey()));
            html.element("dd", Figures.value(metric.getKey(), metric.getValue()), "class", "big");
            html.element("dd", Figures.explanation(metric.getKey()), "class", "what");
            html.endLine();
        }
        html.end().endLine();
    }

    private static void section(Html html, String id, String title) {
        html.start("section", "aria-labelledby", id).element("h2", title, "id", id);
    }

    private static void origin(Html html, Subject subject, Manifest.Lineage lineage) {
        html.start("dl", "class", "facts");
        fact(html, "Network", subject.network() + ": " + subject.networkReason());
        fact(html, "Kernels", subject.kernels());
        fact(html, "Measured on", subject.source() + ", " + Figures.count(subject.rows()) + " rows");
        fact(html, "Not decoded", subject.errors() == 0 ? null : Figures.count(subject.errors()) + " rows");
        fact(html, "Measured at", subject.createdAt());
        fact(html, "Package", subject.digest() == null ? null : "sha256 " + subject.digest());
        if (lineage != null) {
            String version = lineage.sourceVersion() < 0 ? "" : ", Delta version " + lineage.sourceVersion();
            fact(html, "Trained on", lineage.source() + version + ", " + Figures.count(lineage.rows()) + " rows");
            fact(html, "Query", lineage.query());
            fact(html, "Seed", Long.toString(lineage.seed()));
            fact(html, "Run", lineage.runId());
            fact(html, "Trained at", lineage.createdAt());
            fact(html, "Athanor", lineage.codeVersion());
        }
        html.endLine();
    }

    private static void fact(Html html, String name, String value) {
        if (value != null) {
            html.start("div").element("dt", name).element("dd", value).endLine();
        }
    }

    private static void footer(Html html) {
        html.start("footer").start("p");
        html.text("One file, readable without network. Every figure is also JSON, in the element ");
        html.element("code", "athanor-report").text(" of this page.");
        html.end().endLine();
    }

    /** The figures as JSON that no HTML or XML parser can mistake for markup. */
    private static String json(ReportContent content) {
        try {
            return JSON.writeValueAsString(content)
                    .replace("&", "\\u0026")
                    .replace("<", "\\u003c")
                    .replace(">", "\\u003e")
                    .replace("\u007f", "\\u007f")
                    .replace("\u2028", "\\u2028")
                    .replace("\u2029", "\\u2029")
                    .replace("\ufffe", "\\ufffe")
                    .replace("\uffff", "\\uffff");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "Cannot write the figures of " + content.subject().model() + " as JSON", e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("Cannot find " + name + " beside " + ReportPage.class.getName());
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + name, e);
        }
    }

    private static String sha256(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
