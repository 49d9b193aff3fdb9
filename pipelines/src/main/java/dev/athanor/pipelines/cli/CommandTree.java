package dev.athanor.pipelines.cli;

import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobSignature;
import dev.athanor.spark.job.ParamSpec;
import dev.athanor.spark.job.ParamType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;

/** The commands made from the jobs' declarations, and the values that a parsed command line gave them. */
final class CommandTree {
    private static final Map<String, String> GROUPS =
            Map.of("models", "Lists, shows, promotes and deletes models.", "runs", "Lists and shows runs.");
    private static final int HELP_WIDTH = 110;

    private final CommandSpec root = CommandSpec.create().name("athanor");
    private final Map<CommandSpec, JobSignature<?, ?>> commands = new LinkedHashMap<>();

    CommandTree(List<Job<?, ?>> jobs) {
        root.usageMessage()
                .description("Turns tables into models, and models into Spark operators.%n")
                .width(HELP_WIDTH)
                .footer(
                        "",
                        "'athanor COMMAND --help' tells a command's options. Exit codes: 0 done, 1 the job failed, 2 wrong"
                                + " usage, 130 stopped by Ctrl-C.");
        globals().forEach(root::addOption);
        root.addOption(OptionSpec.builder("--version")
                .type(boolean.class)
                .versionHelp(true)
                .description("Prints the version.")
                .build());
        Map<String, CommandSpec> groups = new TreeMap<>();
        for (Job<?, ?> job : jobs) {
            String[] words = job.name().split("-", 2);
            CommandSpec parent = root;
            if (words.length == 2) {
                parent = groups.computeIfAbsent(words[0], this::group);
            }
            JobSignature<?, ?> signature = JobSignature.of(job);
            CommandSpec command = command(words[words.length - 1], signature);
            commands.put(command, signature);
            parent.addSubcommand(command.name(), command);
        }
    }

    private CommandSpec group(String name) {
        CommandSpec group = CommandSpec.create().name(name);
        group.usageMessage().description(GROUPS.getOrDefault(name, "")).width(HELP_WIDTH);
        root.addSubcommand(name, group);
        return group;
    }

    private static List<OptionSpec> globals() {
        List<OptionSpec> out = new ArrayList<>();
        out.add(global("--warehouse", "DIR", "Folder of tables, models and runs (default: athanor-warehouse)."));
        out.add(global("--master", "URL", "Spark master (default: local[*], or what spark-submit says)."));
        out.add(OptionSpec.builder("--conf")
                .paramLabel("KEY=VALUE")
                .arity("1")
                .type(List.class)
                .auxiliaryTypes(String.class)
                .description("A Spark setting; may be repeated.")
                .scopeType(ScopeType.INHERIT)
                .build());
        out.add(global("--run-id", "ID", "Identity of the run: the same id again resumes, or returns what was done."));
        out.add(flag("--json", "Prints one JSON object on standard output, everything else on standard error."));
        out.add(flag("--quiet", "Shows no progress."));
        out.add(flag("--stacktrace", "Shows where an error came from."));
        out.add(OptionSpec.builder("-h", "--help")
                .type(boolean.class)
                .usageHelp(true)
                .description("Shows this help.")
                .scopeType(ScopeType.INHERIT)
                .build());
        return out;
    }

    private static OptionSpec global(String name, String label, String doc) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .arity("1")
                .type(String.class)
                .description(escape(doc))
                .scopeType(ScopeType.INHERIT)
                .build();
    }

    private static OptionSpec flag(String name, String doc) {
        return OptionSpec.builder(name)
                .arity("0")
                .type(boolean.class)
                .description(escape(doc))
                .scopeType(ScopeType.INHERIT)
                .build();
    }

    private static CommandSpec command(String name, JobSignature<?, ?> signature) {
        CommandSpec spec = CommandSpec.create().name(name);
        spec.usageMessage()
                .description(escape(signature.job().summary()))
                .width(HELP_WIDTH)
                .sortOptions(false)
                .abbreviateSynopsis(true);
        for (ParamSpec param : signature.params()) {
            if (param.position() >= 0) {
                spec.addPositional(PositionalParamSpec.builder()
                        .index(Integer.toString(param.position()))
                        .paramLabel(param.name().toUpperCase(Locale.ROOT))
                        .arity("0..1")
                        .type(String.class)
                        .description(describe(param))
                        .build());
            }
            spec.addOption(option(param));
        }
        return spec;
    }

    private static OptionSpec option(ParamSpec param) {
        OptionSpec.Builder option = OptionSpec.builder(param.flag())
                .description(describe(param))
                .hidden(param.position() >= 0)
                .paramLabel(param.choices().isEmpty() ? param.type().label() : String.join("|", param.choices()));
        if (param.type() == ParamType.BOOLEAN) {
            return option.arity("0..1").fallbackValue("true").type(String.class).build();
        }
        if (param.type() == ParamType.STRING_LIST || param.type() == ParamType.STRING_MAP) {
            return option.arity("1")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .build();
        }
        return option.arity("1").type(String.class).build();
    }

    private static String describe(ParamSpec param) {
        String text = param.doc();
        if (param.required()) {
            text += " Required.";
        } else if (param.defaultText() != null) {
            text += " Default: " + param.defaultText() + ".";
        }
        return escape(text);
    }

    private static String escape(String text) {
        return text.replace("%", "%%");
    }

    CommandLine commandLine() {
        return new CommandLine(root)
                .setAbbreviatedOptionsAllowed(false)
                .setOverwrittenOptionsAllowed(false)
                .setPosixClusteredShortOptionsAllowed(false)
                .setTrimQuotes(false);
    }

    /** The job that a parsed command line names, or null when it names a group or nothing. */
    JobSignature<?, ?> job(ParseResult parsed) {
        return commands.get(innermost(parsed).commandSpec());
    }

    static ParseResult innermost(ParseResult parsed) {
        ParseResult inner = parsed;
        while (inner.hasSubcommand()) {
            inner = inner.subcommand();
        }
        return inner;
    }

    /** What was given for the job's parameters, by snake_case name. */
    Map<String, Object> values(ParseResult parsed) {
        ParseResult inner = innermost(parsed);
        Map<String, Object> out = new LinkedHashMap<>();
        for (ParamSpec param : job(parsed).params()) {
            Object value = inner.matchedOptionValue(param.flag(), null);
            if (param.position() >= 0) {
                Object placed = inner.matchedPositionalValue(param.position(), null);
                if (value != null && placed != null) {
                    throw Usage.twice(param.flag());
                }
                value = value == null ? placed : value;
            }
            if (value != null && param.type() == ParamType.STRING_LIST) {
                value = String.join(",", strings(value));
            }
            if (value != null) {
                out.put(param.name(), value);
            }
        }
        return out;
    }

    static Globals globals(ParseResult parsed) {
        Map<String, String> conf = new LinkedHashMap<>();
        String warehouse = null;
        String master = null;
        String runId = null;
        boolean json = false;
        boolean quiet = false;
        boolean stackTrace = false;
        for (ParseResult level = parsed; level != null; level = level.hasSubcommand() ? level.subcommand() : null) {
            for (String setting : strings(level.matchedOptionValue("--conf", List.of()))) {
                int at = setting.indexOf('=');
                if (at < 1) {
                    throw new Usage(
                            "--conf takes KEY=VALUE, not '" + setting + "'", "Write --conf spark.some.key=value");
                }
                conf.put(setting.substring(0, at).strip(), setting.substring(at + 1));
            }
            warehouse = once(level, "--warehouse", warehouse);
            master = once(level, "--master", master);
            runId = once(level, "--run-id", runId);
            json |= level.matchedOptionValue("--json", false);
            quiet |= level.matchedOptionValue("--quiet", false);
            stackTrace |= level.matchedOptionValue("--stacktrace", false);
        }
        return new Globals(warehouse, master, conf, json, quiet, runId, stackTrace);
    }

    /** Of an option that may stand before and after the command's name. */
    private static String once(ParseResult level, String option, String before) {
        String value = level.matchedOptionValue(option, null);
        if (before != null && value != null) {
            throw Usage.twice(option);
        }
        return value == null ? before : value;
    }

    private static List<String> strings(Object list) {
        List<String> out = new ArrayList<>();
        ((List<?>) list).forEach(item -> out.add(item.toString()));
        return out;
    }
}
