package dev.athanor.pipelines.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.admin.StoppedScript;
import dev.athanor.pipelines.progress.TerminalProgress;
import dev.athanor.spark.job.CodeVersion;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.JobRunner;
import dev.athanor.spark.job.JobSignature;
import dev.athanor.spark.job.Jobs;
import dev.athanor.spark.job.Progress;
import dev.athanor.spark.job.RunCancelled;
import dev.athanor.spark.job.RunOutcome;
import dev.athanor.spark.platform.Failures;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The {@code athanor} command: {@code athanor train --table news --features title --label class --model news}.
 *
 * <p>Commands and options come from the jobs' declarations. Exit codes: 0 done, 1 the job failed, 2 wrong usage, 130
 * stopped by Ctrl-C. With {@code --json} standard output carries exactly one JSON object: the report, or an object with
 * {@code status} and {@code error}; with {@code --help} or {@code --version} one with that text.
 */
public final class AthanorCommand {
    /** Done. */
    public static final int DONE = 0;
    /** The job failed. */
    public static final int FAILED = 1;
    /** The command line was wrong. */
    public static final int USAGE = 2;

    /** Characters of a cell that a terminal gets; a file or program gets all. */
    private static final int TERMINAL_CELL = 60;

    private final PrintStream out;
    private final PrintStream err;
    private final Sessions sessions;
    private final CommandTree tree = new CommandTree(Jobs.all());

    private final Ending ending;
    private final PrintStream screen;

    AthanorCommand(PrintStream out, PrintStream err, Sessions sessions) {
        this(out, err, sessions, new Ending(), System.err);
    }

    private AthanorCommand(PrintStream out, PrintStream err, Sessions sessions, Ending ending, PrintStream screen) {
        this.screen = screen;
        this.out = out;
        this.err = err;
        this.sessions = sessions;
        this.ending = ending;
    }

    /** Runs one command and ends the process. */
    public static void main(String[] args) {
        PrintStream out = utf8(FileDescriptor.out);
        PrintStream err = utf8(FileDescriptor.err);
        Ending ending = Ending.ofProcess();
        // Standard output belongs to the report: what a library prints goes to standard error.
        PrintStream others = ending.untilAsked(err);
        System.setErr(others);
        System.setOut(others);
        int code = new AthanorCommand(out, err, Sessions::start, ending, err).run(args);
        out.flush();
        err.flush();
        ending.answered();
        System.exit(code);
    }

    private static PrintStream utf8(FileDescriptor to) {
        return new PrintStream(new FileOutputStream(to), true, StandardCharsets.UTF_8);
    }

    /** Runs one command; returns its exit code. */
    int run(String... args) {
        // Before anything is understood, so that a wrong command line too is answered in JSON.
        boolean json = Arrays.asList(args).contains("--json");
        boolean stackTrace = Arrays.asList(args).contains("--stacktrace");
        try {
            return dispatch(args);
        } catch (Usage e) {
            return fail(
                    USAGE,
                    new AthanorException("Cannot run this command", e.reason(), e.remedy()),
                    "wrong usage",
                    json);
        } catch (CancellationException e) {
            return cancelled(e, json);
        } catch (Exception e) {
            if (ending.asked()) {
                return cancelled(e, json);
            }
            if (stackTrace) {
                e.printStackTrace(err);
            }
            return fail(FAILED, Failures.of("Cannot run this command", e), "failed", json);
        }
    }

    private int cancelled(Exception e, boolean json) {
        if (ending.fault() != null) {
            return fail(FAILED, ending.fault(), "failed", json);
        }
        AthanorException told = e instanceof RunCancelled run
                ? new AthanorException(
                        "Cannot finish",
                        "run " + run.runId() + " was cancelled",
                        "Run it again with --run-id " + run.runId() + " to go on")
                : new AthanorException("Cannot finish", "the command was cancelled", "");
        return fail(FAILED, told, "cancelled", json);
    }

    private int dispatch(String... args) {
        CommandLine commandLine = tree.commandLine();
        ParseResult parsed;
        try {
            parsed = commandLine.parseArgs(args);
        } catch (ParameterException e) {
            throw Usage.of(e);
        }
        ParseResult inner = CommandTree.innermost(parsed);
        CommandLine asked = inner.commandSpec().commandLine();
        if (inner.isUsageHelpRequested() || parsed.isUsageHelpRequested()) {
            answer("help", asked.getUsageMessage(), CommandTree.globals(parsed).json());
            return DONE;
        }
        if (parsed.isVersionHelpRequested()) {
            answer(
                    "version",
                    "athanor " + CodeVersion.TEXT,
                    CommandTree.globals(parsed).json());
            return DONE;
        }
        JobSignature<?, ?> signature = tree.job(parsed);
        if (signature == null) {
            asked.usage(err);
            throw new Usage(
                    "a command is missing after '" + inner.commandSpec().qualifiedName() + "'",
                    "Write one of "
                            + String.join(
                                    ", ", inner.commandSpec().subcommands().keySet()));
        }
        return run(signature, CommandTree.globals(parsed), tree.values(parsed));
    }

    private void answer(String name, String text, boolean json) {
        out.println(json ? JsonNodeFactory.instance.objectNode().put(name, text) : text.stripTrailing());
    }

    private <P extends Record, R extends Record> int run(
            JobSignature<P, R> signature, Globals globals, Map<String, Object> values) {
        P params;
        try {
            params = signature.bind(values);
            if (globals.runId() != null) {
                JobRunner.checkedId(globals.runId());
                requireRecorded(signature.job());
            }
            Sessions.conf(signature.job().name(), globals);
        } catch (AthanorException e) {
            return fail(USAGE, e, "wrong usage", globals.json());
        }
        RunOutcome<R> outcome;
        if (signature.job().needsSpark()) {
            outcome = runOnSpark(signature, globals, values);
        } else {
            try {
                outcome = new RunOutcome<>(null, signature.job().run(params, null), false);
            } catch (Exception e) {
                throw Failures.of("Cannot run " + signature.job().name(), e);
            }
        }
        print(outcome, globals);
        return DONE;
    }

    private static void requireRecorded(Job<?, ?> job) {
        if (!job.recorded()) {
            throw new AthanorException(
                    "Cannot give a run id to " + job.name(),
                    "it is not recorded as a run, and does its work each time",
                    "Leave --run-id out");
        }
    }

    private <P extends Record, R extends Record> RunOutcome<R> runOnSpark(
            JobSignature<P, R> signature, Globals globals, Map<String, Object> values) {
        try (Watcher watcher =
                globals.quiet() ? new Watcher(null) : new Watcher(TerminalProgress.onStandardError(screen))) {
            SparkSession spark = sessions.open(signature.job().name(), globals);
            if (!globals.stackTrace()) {
                ExplainedFailures.hide();
            }
            return JobRunner.run(signature.job(), values, globals.runId(), spark, watcher.progress());
        }
    }

    /** Progress for a person, or for no one. */
    private record Watcher(TerminalProgress bar) implements AutoCloseable {
        Progress progress() {
            return bar == null ? Progress.NONE : bar;
        }

        @Override
        public void close() {
            if (bar != null) {
                bar.close();
            }
        }
    }

    private <R extends Record> void print(RunOutcome<R> outcome, Globals globals) {
        if (globals.json()) {
            ObjectNode report = JobJson.toTree(outcome.report());
            if (outcome.runId() != null && !report.has("run_id")) {
                report.put("run_id", outcome.runId());
            }
            out.println(report);
            return;
        }
        List<String> lines = ReportPrinter.lines(outcome.report(), widest());
        lines.forEach(out::println);
        if (outcome.repeated()) {
            err.println("Run " + outcome.runId() + " had finished before; this is its report.");
        } else if (outcome.runId() != null && !globals.quiet()) {
            err.println("Run " + outcome.runId() + " finished.");
        }
    }

    private static int widest() {
        return TerminalProgress.isStandardOutputRead() ? TERMINAL_CELL : Integer.MAX_VALUE;
    }

    private int fail(int code, AthanorException e, String status, boolean json) {
        if (json) {
            ObjectNode root = JsonNodeFactory.instance.objectNode();
            root.put("status", status);
            root.putObject("error")
                    .put("problem", e.problem())
                    .put("reason", e.reason())
                    .put("remedy", e.remedy())
                    .put("message", e.getMessage());
            if (e instanceof StoppedScript script) {
                root.set("finished", JobJson.toTree(script.finished()).get("statements"));
            }
            out.println(root);
        } else if (e instanceof StoppedScript script) {
            script.finished().lines(widest()).forEach(out::println);
        }
        err.println("athanor: " + e.problem() + ": " + e.reason() + ".");
        if (!e.remedy().isEmpty()) {
            err.println(e.remedy() + ".");
        }
        return code;
    }
}
