package dev.athanor.pipelines.progress;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * What the stream behind a progress display can do.
 *
 * @param live whether a line may be drawn over: a terminal that is not {@code dumb}
 * @param ansi whether escape sequences are welcome: not with {@code NO_COLOR}
 * @param unicode whether bars may use line-drawing characters
 * @param width columns, asked anew at each phase because windows are resized
 */
record Terminal(boolean live, boolean ansi, boolean unicode, IntSupplier width) {
    private static final int DEFAULT_WIDTH = 80;
    private static final int LEAST_WIDTH = 20;

    /** The terminal that standard error is, or a log when it is none. */
    static Terminal ofStandardError(Map<String, String> environment) {
        return of(isTerminal(2), environment, Terminal::askWidth);
    }

    /** @param asked columns as the device tells them, 0 or less when it does not */
    static Terminal of(boolean terminal, Map<String, String> environment, IntSupplier asked) {
        boolean live = terminal && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        // https://no-color.org: present and not empty.
        boolean ansi = live && environment.getOrDefault("NO_COLOR", "").isEmpty();
        String locale = environment.getOrDefault(
                "LC_ALL", environment.getOrDefault("LC_CTYPE", environment.getOrDefault("LANG", "")));
        boolean unicode = locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8");
        return new Terminal(live, ansi, unicode, () -> {
            int columns = number(environment.get("COLUMNS"));
            columns = columns > 0 ? columns : asked.getAsInt();
            return Math.max(LEAST_WIDTH, columns > 0 ? columns : DEFAULT_WIDTH);
        });
    }

    PrintStream encode(PrintStream out) {
        return new PrintStream(out, true, unicode ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
    }

    /** Asks the system's {@code test}, which inherits what the number stands for; where there is none, it is a file. */
    static boolean isTerminal(int descriptor) {
        try {
            Process test = new ProcessBuilder("test", "-t", Integer.toString(descriptor))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return test.waitFor(1, TimeUnit.SECONDS) && test.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Columns as {@code stty} tells them; 0 where there is no {@code stty}. */
    private static int askWidth() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroy();
                return 0;
            }
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .trim()
                    .split(" ");
            return size.length == 2 ? number(size[1]) : 0;
        } catch (IOException e) {
            // No stty or no /dev/tty on this system: the default width serves.
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static int number(String text) {
        return text != null && text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
    }
}
