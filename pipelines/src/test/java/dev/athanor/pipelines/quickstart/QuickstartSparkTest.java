package dev.athanor.pipelines.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.spark.job.JobJson;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuickstartSparkTest extends JobSparkTest {
    private static final Pattern FIGURES = Pattern.compile("(?s)id=\"athanor-report\">(.*?)</script>");

    @Test
    void theDefaultsReachTheQualityThatIsPromised(@TempDir Path folder) throws Exception {
        QuickstartReport report =
                run(new QuickstartJob(), "report", folder.resolve("page").toString());

        assertThat(report.accuracy()).isGreaterThanOrEqualTo(0.975);
        assertThat(report.macroF1()).isGreaterThanOrEqualTo(0.97);
        assertThat(report.ece()).isLessThanOrEqualTo(0.03);
        assertThat(report.brier()).isBetween(0.0, 0.06);
        assertThat(report.logLoss()).isBetween(0.0, 0.15);
        assertThat(report.trainRows()).isEqualTo(1438);
        assertThat(report.testRows()).isEqualTo(359);
        assertThat(report.network()).isEqualTo("cnn");
        assertThat(report.predictions()).hasSize(8);
        assertThat(report.predictions().get(0).confidence())
                .as("the least sure row comes first")
                .isLessThan(0.95);
        assertThat(report.lines(60)).contains("try next:").anyMatch(line -> line.startsWith("report: "));
        assertThat(JobJson.toTree(report).has("log_loss")).isTrue();

        String page = Files.readString(Path.of(report.report()));
        assertThat(page).contains("How it learned", "What it confuses", "Its worst mistakes", "data:image/png;base64,");
        Matcher figures = FIGURES.matcher(page);
        assertThat(figures.find()).isTrue();
        JsonNode json = new ObjectMapper().readTree(figures.group(1));
        assertThat(json.at("/metrics/accuracy").asDouble()).isEqualTo(report.accuracy());
        assertThat(json.at("/history").size()).isGreaterThan(2);
    }
}
