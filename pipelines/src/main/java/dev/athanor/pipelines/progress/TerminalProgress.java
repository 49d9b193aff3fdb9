package dev.athanor.pipelines.progress;

import dev.athanor.spark.job.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress on standard error: one line drawn over while a phase lasts when a person watches a terminal; plain lines, at
 * most one every five seconds, when the output goes to a log.
 *
 * <p>Thread-safe. {@link #close()} ends the line and shows the cursor again; a shutdown hook does so after Ctrl-C.
 * {@code NO_COLOR} keeps escape sequences out, {@code TERM=dumb} makes plain lines.
 *
 * <pre>{@code
 * try (TerminalProgress progress = TerminalProgress.onStandardError(System.err)) {
 *     runner.run(job, params, runId, spark, progress);
 * }
 * }</pre>
 */
public final class TerminalProgress implements Progress, AutoCloseable {
    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String CLEAR_LINE = "\r\u001b[K";
    private static final String EMBER = "\u001b[38;5;208m";
    private static final String PLAIN = "\u001b[0m";
    private static final int NAME_WIDTH = 12;
    private static final int BAR_WIDTH = 24;

    private final PrintStream out;
    private final Terminal terminal;
    private final LongSupplier nanos;
    private final ScheduledExecutorService ticker;
    private final Thread restore;

    private String phase;
    private double done = Double.NaN;
    private String detail = "";
    private long phaseStart;
    private long lastShown;
    private int width;
    private int drawn;
    private boolean closed;

    /**
     * On standard error, as its terminal and the environment allow.
     *
     * @param err the stream that writes there
     */
    public static TerminalProgress onStandardError(PrintStream err) {
        Terminal terminal = Terminal.ofStandardError(System.getenv());
        return new TerminalProgress(terminal.encode(err), terminal, System::nanoTime, true);
    }

    /** Whether someone reads standard output on a terminal, and no file or program. */
    public static boolean isStandardOutputRead() {
        return Terminal.isTerminal(1);
    }

    TerminalProgress(PrintStream out, Terminal terminal, LongSupplier nanos, boolean process) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
        if (process) {
            restore = new Thread(this::finish, "athanor-progress-restore");
            Runtime.getRuntime().addShutdownHook(restore);
            ticker = Executors.newSingleThreadScheduledExecutor(work -> {
                Thread thread = new Thread(work, "athanor-progress");
                thread.setDaemon(true);
                return thread;
            });
            var unused = ticker.scheduleAtFixedRate(this::tick, 500, 500, TimeUnit.MILLISECONDS);
        } else {
            restore = null;
            ticker = null;
        }
    }

    @Override
    public synchronized void phase(String name) {
        if (closed) {
            return;
        }
        finishPhase();
        phase = name;
        done = Double.NaN;
        detail = "";
        phaseStart = nanos.getAsLong();
        lastShown = phaseStart;
        width = terminal.live() ? terminal.width().getAsInt() : Integer.MAX_VALUE;
        if (terminal.live()) {
            if (terminal.ansi()) {
                out.print(HIDE_CURSOR);
            }
            draw();
        }
    }

    @Override
    public synchronized void update(double share, String text) {
        if (closed || phase == null) {
            return;
        }
        done = share;
        detail = text;
        long now = nanos.getAsLong();
        if (due(now)) {
            show(now);
        }
    }

    @Override
    public synchronized void message(String line) {
        erase();
        out.println(line);
        if (terminal.live() && phase != null && !closed) {
            draw();
        }
    }

    /** Ends the current phase's line and gives the cursor back; later calls are ignored. */
    @Override
    public void close() {
        finish();
        if (ticker != null) {
            ticker.shutdownNow();
            try {
                Runtime.getRuntime().removeShutdownHook(restore);
            } catch (IllegalStateException e) {
                // The process is ending: the hook runs, finds this closed and does nothing.
                return;
            }
        }
    }

    private synchronized void finish() {
        if (!closed) {
            finishPhase();
            closed = true;
        }
    }

    private synchronized void tick() {
        long now = nanos.getAsLong();
        if (!closed && phase != null && due(now)) {
            show(now);
        }
    }

    private boolean due(long now) {
        return now - lastShown >= (terminal.live() ? REDRAW_NANOS : LINE_NANOS);
    }

    private void show(long now) {
        lastShown = now;
        if (terminal.live()) {
            draw();
        } else {
            String stand = Double.isFinite(done) ? percent() : seconds(now - phaseStart);
            out.println(pad(phase, NAME_WIDTH) + " " + stand + (detail.isEmpty() ? "" : "  " + detail));
        }
    }

    /** Leaves one line that says how long the phase took and where it ended. */
    private void finishPhase() {
        if (phase == null) {
            return;
        }
        erase();
        String seconds = seconds(nanos.getAsLong() - phaseStart);
        String line = pad(phase, NAME_WIDTH) + " " + seconds + (detail.isEmpty() ? "" : "  " + detail);
        out.println(terminal.live() ? cut(line, width) : line);
        if (terminal.ansi()) {
            out.print(SHOW_CURSOR);
        }
        out.flush();
        phase = null;
    }

    private void draw() {
        String text = pad(phase, NAME_WIDTH) + " ";
        int room = width - 1 - text.length();
        String line;
        if (Double.isFinite(done) && room > BAR_WIDTH + 6) {
            line = text + bar() + " " + percent() + "  " + detail;
        } else {
            line = text + seconds(nanos.getAsLong() - phaseStart) + "  " + detail;
        }
        line = cut(line, width - 1);
        erase();
        out.print(terminal.ansi() ? line.replace(bar(), EMBER + bar() + PLAIN) : line);
        out.flush();
        drawn = line.codePointCount(0, line.length());
    }

    private void erase() {
        if (terminal.live() && drawn > 0) {
            out.print(terminal.ansi() ? CLEAR_LINE : "\r" + " ".repeat(drawn) + "\r");
            drawn = 0;
        }
    }

    private String bar() {
        double share = Math.max(0, Math.min(1, done));
        int full = (int) Math.round(share * BAR_WIDTH);
        String bar = (terminal.unicode() ? "━" : "#").repeat(full);
        String rest = (terminal.unicode() ? "─" : "-").repeat(BAR_WIDTH - full);
        return bar + rest;
    }

    private String percent() {
        return String.format(Locale.ROOT, "%3.0f %%", 100 * Math.max(0, Math.min(1, done)));
    }

    private static String seconds(long nanoseconds) {
        Duration time = Duration.ofNanos(nanoseconds);
        return time.toMinutes() < 1
                ? String.format(Locale.ROOT, "%.1f s", nanoseconds / 1e9)
                : time.toHours() < 1
                        ? String.format(Locale.ROOT, "%d min %02d s", time.toMinutes(), time.toSecondsPart())
                        : String.format(Locale.ROOT, "%d h %02d min", time.toHours(), time.toMinutesPart());
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - text.length()));
    }

    /** The first {@code columns} characters; control characters would move the cursor and become spaces. */
    private static String cut(String line, int columns) {
        String safe = line.replaceAll("\\p{Cntrl}", " ");
        return safe.codePointCount(0, safe.length()) <= columns
                ? safe
                : safe.substring(0, safe.offsetByCodePoints(0, columns));
    }
}
