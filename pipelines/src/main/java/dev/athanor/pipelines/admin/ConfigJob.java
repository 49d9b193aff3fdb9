package dev.athanor.pipelines.admin;

import dev.athanor.engine.conf.ConfKey;
import dev.athanor.pipelines.cli.ReportText;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.job.JobContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code athanor config}: every key, without starting Spark. */
public final class ConfigJob extends AdminJob<ConfigJob.Params, ConfigJob.Report> {
    /** No parameters. */
    public record Params() {}

    /** Every key. */
    public record Report(List<Key> keys) implements ReportText {
        @Override
        public List<String> lines(int widest) {
            List<String> out = new ArrayList<>();
            String group = "";
            for (Key key : keys) {
                if (!key.group().equals(group)) {
                    group = key.group();
                    out.add((out.isEmpty() ? "" : "\n") + group);
                }
                out.add("  " + key.key());
                out.add("      " + key.doc());
                out.add("      " + key.type() + (key.unit().isEmpty() ? "" : ", in " + key.unit()) + "; default: "
                        + key.defaultValue());
            }
            return out;
        }
    }

    /** One key: what it is for, what values look like and what holds when it is not set. */
    public record Key(String group, String key, String doc, String type, String unit, String defaultValue) {}

    /** Found by {@link java.util.ServiceLoader}. */
    public ConfigJob() {
        super(
                "config",
                null,
                "Lists every configuration key with its doc, unit and default.",
                Params.class,
                Report.class,
                false);
    }

    @Override
    public boolean needsSpark() {
        return false;
    }

    @Override
    public Report run(Params params, JobContext context) {
        List<Key> keys = new ArrayList<>();
        for (Map.Entry<String, List<ConfKey<?>>> group :
                AthanorConf.KEYS.groups().entrySet()) {
            for (ConfKey<?> key : group.getValue()) {
                keys.add(new Key(group.getKey(), key.name(), key.doc(), key.type(), key.unit(), key.defaultDoc()));
            }
        }
        return new Report(keys);
    }
}
