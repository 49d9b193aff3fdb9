package dev.athanor.pipelines.cli;

import dev.athanor.engine.text.NearestName;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be understood: exit code 2. */
final class Usage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final String remedy;

    Usage(String reason, String remedy) {
        super(reason + ". " + remedy + ".");
        this.reason = reason;
        this.remedy = remedy;
    }

    String reason() {
        return reason;
    }

    String remedy() {
        return remedy;
    }

    static Usage of(ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        String help = "'" + command.qualifiedName() + " --help' lists all";
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getUnmatched().isEmpty()) {
            String given = unmatched.getUnmatched().get(0);
            if (given.startsWith("-")) {
                String name = given.contains("=") ? given.substring(0, given.indexOf('=')) : given;
                return new Usage(
                        "there is no option '" + name + "'",
                        near(name, command.optionsMap().keySet()) + help);
            }
            Collection<String> commands = command.subcommands().keySet();
            return commands.isEmpty()
                    ? new Usage("there is an argument too many, '" + given + "'", help)
                    : new Usage("there is no command '" + given + "'", near(given, commands) + help);
        }
        if (e instanceof OverwrittenOptionException twice) {
            return twice(name(twice.getOverwritten()));
        }
        if (e instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            List<ArgSpec> args = missing.getMissing();
            return new Usage(
                    args.stream().map(Usage::name).collect(Collectors.joining(", ")) + " needs a value",
                    "Write "
                            + args.stream()
                                    .map(a -> name(a) + " " + a.paramLabel())
                                    .collect(Collectors.joining(" ")));
        }
        return new Usage(e.getMessage().replaceAll("\\.$", ""), help);
    }

    /** Of an option that takes one value: whichever was kept might be the wrong one. */
    static Usage twice(String option) {
        return new Usage(option + " is given twice", "Give it once");
    }

    private static String name(ArgSpec arg) {
        return arg instanceof OptionSpec option ? option.longestName() : arg.paramLabel();
    }

    private static String near(String name, Collection<String> known) {
        return NearestName.of(name, known)
                .map(near -> "Write '" + near + "' if you meant that; ")
                .orElse("");
    }
}
