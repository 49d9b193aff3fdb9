package dev.athanor.pipelines.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobJson;
import dev.athanor.spark.job.JobSignature;
import dev.athanor.spark.job.ParamSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The reference page of all jobs, {@code conf/JOBS.md}, made from their declarations. */
final class JobsPage {
    private JobsPage() {}

    static String of(List<Job<?, ?>> jobs) {
        StringBuilder out = new StringBuilder(
                """
                # Jobs

                Made from the jobs' declarations; do not edit. Every command also takes `--warehouse`, `--master`, `--conf`,
                `--run-id`, `--json`, `--quiet` and `--stacktrace`. Every recorded job takes `run_id` in SQL. What each takes
                and reports stands in [jobs.schema.json](jobs.schema.json) as JSON schemas.
                """);
        for (Job<?, ?> job : jobs) {
            JobSignature<?, ?> signature = JobSignature.of(job);
            out.append("\n## athanor ")
                    .append(job.name().replaceFirst("-", " "))
                    .append("\n\n");
            out.append(job.summary()).append("\n\n");
            job.procedure().ifPresent(name -> out.append("SQL: `CALL athanor.")
                    .append(name)
                    .append("(")
                    .append(signature.procedureParams().stream()
                            .map(p -> p.name() + " => …")
                            .collect(Collectors.joining(", ")))
                    .append(")`\n\n"));
            if (!signature.params().isEmpty()) {
                out.append("| option | SQL | type | default | meaning |\n|---|---|---|---|---|\n");
                signature.params().forEach(p -> out.append(row(p)));
                out.append('\n');
            }
            out.append("Report: ").append(fields(signature.reportSchema())).append(".\n");
        }
        return out.toString();
    }

    /** JSON schemas of what every job takes and reports, {@code conf/jobs.schema.json}, by its name. */
    static String schemas(List<Job<?, ?>> jobs) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Job<?, ?> job : jobs) {
            JobSignature<?, ?> signature = JobSignature.of(job);
            all.putObject(job.name())
                    .<ObjectNode>set("parameters", signature.jsonSchema())
                    .set("report", signature.reportSchema());
        }
        return JobJson.writePretty(all) + "\n";
    }

    private static String row(ParamSpec p) {
        String option = p.position() >= 0 ? p.name().toUpperCase(Locale.ROOT) : p.flag();
        List<String> meaning = new ArrayList<>(List.of(p.doc()));
        if (!p.choices().isEmpty()) {
            meaning.add("One of " + String.join(", ", p.choices()) + ".");
        }
        String otherwise = p.required() ? "required" : p.defaultText() == null ? "" : "`" + p.defaultText() + "`";
        return String.join(
                        " | ",
                        "| `" + option + "`",
                        p.commandLineOnly() ? "" : "`" + p.name() + "`",
                        p.type().sqlType(),
                        otherwise,
                        String.join(" ", meaning).replace("|", "\\|") + " |")
                + "\n";
    }

    private static String fields(JsonNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(name -> names.add("`" + name + "`"));
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
