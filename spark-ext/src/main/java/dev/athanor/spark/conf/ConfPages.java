package dev.athanor.spark.conf;

import dev.athanor.engine.conf.ConfKey;
import dev.athanor.engine.conf.ConfKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Makes {@code conf/reference.conf} and {@code conf/CONFIG.md} from the declarations in {@link AthanorConf}.
 *
 * <p>Run its main class with the folder to write to; {@code mvn -q -Pconf -pl spark-ext -am process-classes} does so
 * from the project's root.
 */
public final class ConfPages {
    private static final String REGENERATE = "mvn -q -Pconf -pl spark-ext -am process-classes";

    private ConfPages() {}

    /** Writes both files into the folder given as the only argument. */
    public static void main(String[] args) throws IOException {
        Path folder = Files.createDirectories(Path.of(args[0]));
        for (Map.Entry<String, String> file : files().entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue(), StandardCharsets.UTF_8);
        }
    }

    /** Contents by file name. */
    static Map<String, String> files() {
        return Map.of("reference.conf", reference(AthanorConf.KEYS), "CONFIG.md", page(AthanorConf.KEYS));
    }

    /** The defaults in HOCON, each under its doc. */
    static String reference(ConfKeys keys) {
        StringBuilder out = new StringBuilder()
                .append(
                        "# Every configuration key of Athanor with its default. Made from the declarations in AthanorConf by\n# ")
                .append(REGENERATE)
                .append("\n# so change them there.\n");
        keys.groups().forEach((title, group) -> {
            out.append("\n# ---- ").append(title).append(" ----\n");
            for (ConfKey<?> key : group) {
                out.append("\n# ").append(plain(key.doc())).append('\n');
                out.append("# Values: ").append(key.allowed()).append(unit(key)).append(".\n");
                if (key.defaultText() == null) {
                    out.append("# Not set: ").append(plain(key.defaultDoc())).append(".\n");
                    out.append("# ").append(key.name()).append(" = \"\"\n");
                } else {
                    out.append(key.name())
                            .append(" = \"")
                            .append(key.defaultText().replace("\\", "\\\\").replace("\"", "\\\""))
                            .append("\"\n");
                }
            }
        });
        return out.toString();
    }

    /** The page for people, in Markdown. */
    static String page(ConfKeys keys) {
        StringBuilder out = new StringBuilder()
                .append("# Configuration\n\n")
                .append("<!-- Made from the declarations in AthanorConf by: ")
                .append(REGENERATE)
                .append(" -->\n\n")
                .append("One setting switches Athanor on in any Spark application:\n")
                .append(
                        "`spark.plugins=dev.athanor.spark.plugin.AthanorPlugin`. The keys below are set like any of Spark's:\n")
                .append(
                        "`--conf key=value`, a properties file, the session builder, or ``SET `key`=value`` in SQL where a key is read\n")
                .append("while queries run. A key that does not exist, or a value that is not allowed, is an error.\n");
        keys.groups().forEach((title, group) -> {
            out.append("\n## ")
                    .append(title)
                    .append("\n\n| key | default | values | what it does |\n|---|---|---|---|\n");
            for (ConfKey<?> key : group) {
                String text = key.defaultText() == null ? key.defaultDoc() : "`" + key.defaultText() + "`";
                out.append("| `")
                        .append(key.name())
                        .append("` | ")
                        .append(cell(text))
                        .append(" | ")
                        .append(cell(key.allowed() + unit(key)))
                        .append(" | ")
                        .append(cell(key.doc()))
                        .append(" |\n");
            }
        });
        out.append("\n## What the plugin sets\n\n")
                .append(
                        "When the application starts. A key that the user set stays as it is, but for those that say otherwise:\n\n")
                .append("| key | value | when | where the user set it |\n|---|---|---|---|\n");
        for (PluginSetting s : PLUGIN) {
            out.append("| `")
                    .append(s.key())
                    .append("` | ")
                    .append(s.value())
                    .append(" | ")
                    .append(s.when())
                    .append(" | ")
                    .append(s.ofUser())
                    .append(" |\n");
        }
        return out.toString();
    }

    /** A row of the table of what {@code SessionDefaults} sets; its test compares the two. */
    private record PluginSetting(String key, String value, String when, String ofUser) {}

    private static final String WAREHOUSE = "the warehouse folder is the catalog";

    private static final List<PluginSetting> PLUGIN = List.of(
            new PluginSetting(
                    "spark.sql.extensions", "Delta's and Athanor's", "always", "they are added after the user's"),
            new PluginSetting(
                    "spark.athanor.warehouse",
                    "`spark.sql.warehouse.dir`, or `athanor-warehouse` in the current folder",
                    "always",
                    "it is made absolute, with the scheme of its file system"),
            new PluginSetting(
                    "spark.sql.catalog.spark_catalog",
                    "the warehouse folder; with a Hive metastore Delta's catalog over it",
                    "always",
                    "stays"),
            new PluginSetting("spark.sql.catalog.athanor", "procedures and platform tables", "always", "stays"),
            new PluginSetting("spark.sql.warehouse.dir", "the warehouse", WAREHOUSE, "stays"),
            new PluginSetting("spark.sql.sources.default", "`delta`", WAREHOUSE, "stays"),
            new PluginSetting("spark.sql.hive.manageFilesourcePartitions", "`false`", WAREHOUSE, "stays"),
            new PluginSetting(
                    "spark.delta.logStore.file.impl",
                    "commits that no second process can overwrite",
                    "`spark.delta.logStore.class` is not set",
                    "stays"),
            new PluginSetting(
                    "spark.redaction.regex",
                    "Spark's, and API keys, credentials, Authorization",
                    "always",
                    "they are added to the user's"),
            new PluginSetting(
                    "spark.sql.shuffle.partitions", "the number of local cores, at least 4", "local mode", "stays"),
            new PluginSetting("spark.databricks.delta.snapshotPartitions", "`2`", "local mode", "stays"));

    private static String unit(ConfKey<?> key) {
        return key.unit().isEmpty() ? "" : ", in " + key.unit();
    }

    private static String plain(String text) {
        return text.replace("`", "");
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
