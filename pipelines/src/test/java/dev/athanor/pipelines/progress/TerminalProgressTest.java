package dev.athanor.pipelines.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TerminalProgressTest {
    private static final Map<String, String> XTERM = Map.of("TERM", "xterm", "LANG", "de_DE.UTF-8");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong clock = new AtomicLong(1);

    @Test
    void aTerminalSeesOneLineDrawnOverAndKeepsItsCursor() {
        TerminalProgress progress = progress(true, XTERM, 80);
        progress.phase("training");
        later(200);
        progress.update(0.5, "epoch 3/6 loss 0.12");
        later(50);
        progress.update(0.55, "too soon to draw");
        later(1750);
        progress.update(1, "epoch 6/6 loss 0.02");
        progress.close();
        progress.close();

        String shown = text();
        assertThat(shown).startsWith("\u001b[?25l").endsWith("\u001b[?25h").contains("\r\u001b[K");
        assertThat(shown)
                .contains("━━━━━━━━━━━━────────────", " 50 %  epoch 3/6 loss 0.12")
                .doesNotContain("too soon");
        assertThat(shown).contains("training     2.0 s  epoch 6/6 loss 0.02" + System.lineSeparator());
        assertThat(count(shown, "\u001b[?25l")).isEqualTo(count(shown, "\u001b[?25h"));
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        for (int width : new int[] {20, 37, 60, 200}) {
            bytes.reset();
            TerminalProgress progress = progress(true, XTERM, width);
            progress.phase("training");
            later(500);
            progress.update(0.3, "epoch 3/20\tloss 0.12 " + "accuracy 0.981 𝔘𝔫𝔦 ".repeat(9) + "\n");
            progress.close();
            for (String line :
                    text().replaceAll("\u001b\\[[?0-9;]*[a-zA-Z]", "").split("[\r\n]+")) {
                assertThat(line.codePointCount(0, line.length())).isLessThanOrEqualTo(width);
                assertThat(line).doesNotContain("\t");
            }
        }
    }

    @Test
    void aLogGetsALineEveryFiveSecondsAndNoControlCharacters() {
        TerminalProgress progress = progress(false, XTERM, 80);
        progress.phase("training");
        for (int i = 1; i <= 120; i++) {
            later(100);
            progress.update(i / 120.0, "step " + i);
        }
        progress.phase("evaluating");
        progress.close();

        assertThat(text().lines())
                .containsExactly(
                        "training      42 %  step 50",
                        "training      83 %  step 100", "training     12.0 s  step 120", "evaluating   0.0 s");
        assertThat(text()).doesNotContain("\u001b", "\r");
    }

    @Test
    void noColorMeansNoEscapeSequences() {
        TerminalProgress progress = progress(true, Map.of("TERM", "xterm", "NO_COLOR", "1"), 80);
        progress.phase("training");
        later(200);
        progress.update(0.5, "half");
        progress.message("a line worth keeping");
        progress.close();

        assertThat(text()).doesNotContain("\u001b").contains("############------------  50 %  half");
        assertThat(text()).contains("\ra line worth keeping" + System.lineSeparator() + "training");
    }

    @Test
    void aDumbTerminalIsALog() {
        assertThat(Terminal.of(true, Map.of("TERM", "dumb"), () -> 80).live()).isFalse();
        assertThat(Terminal.of(true, Map.of(), () -> 80).live()).isFalse();
        assertThat(Terminal.of(false, XTERM, () -> 80).live()).isFalse();
        assertThat(Terminal.of(true, Map.of("TERM", "xterm", "NO_COLOR", ""), () -> 80)
                        .ansi())
                .isTrue();
    }

    @Test
    void theWidthComesFromTheEnvironmentThenTheDeviceThenACommonOne() {
        assertThat(Terminal.of(true, Map.of("COLUMNS", "132"), () -> 90).width().getAsInt())
                .isEqualTo(132);
        assertThat(Terminal.of(true, Map.of("COLUMNS", "wide"), () -> 90)
                        .width()
                        .getAsInt())
                .isEqualTo(90);
        assertThat(Terminal.of(true, Map.of(), () -> 0).width().getAsInt()).isEqualTo(80);
        assertThat(Terminal.of(true, Map.of("COLUMNS", "3"), () -> 0).width().getAsInt())
                .isEqualTo(20);
    }

    @Test
    void aPhaseWithoutAShareShowsItsTime() {
        TerminalProgress progress = progress(true, XTERM, 80);
        progress.phase("reading");
        later(65_000);
        progress.update(Double.NaN, "12,000 rows");
        progress.close();

        assertThat(text()).contains("reading      1 min 05 s  12,000 rows").doesNotContain("NaN", "%");
    }

    private TerminalProgress progress(boolean terminal, Map<String, String> environment, int width) {
        Terminal kind = Terminal.of(terminal, environment, () -> width);
        return new TerminalProgress(new PrintStream(bytes, true, StandardCharsets.UTF_8), kind, clock::get, false);
    }

    private void later(long milliseconds) {
        clock.addAndGet(milliseconds * 1_000_000);
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static int count(String text, String part) {
        return text.split(java.util.regex.Pattern.quote(part), -1).length - 1;
    }
}
