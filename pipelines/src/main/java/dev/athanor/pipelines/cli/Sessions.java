package dev.athanor.pipelines.cli;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.plugin.AthanorPlugin;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;

/** Opens the Spark session that a command runs in. */
@FunctionalInterface
interface Sessions {
    /**
     * @param name what the session is for
     * @param globals the options that say where and how
     */
    SparkSession open(String name, Globals globals);

    /**
     * A session as {@code spark-submit} set it up, with what is missing added: the plugin and, with no master set, this
     * machine's cores.
     */
    static SparkSession start(String name, Globals globals) {
        return SparkSession.builder().config(conf(name, globals)).getOrCreate();
    }

    /** @throws AthanorException for a setting that is unknown or not allowed */
    static SparkConf conf(String name, Globals globals) {
        SparkConf conf = new SparkConf();
        for (Map.Entry<String, String> setting : globals.conf().entrySet()) {
            if (!setting.getKey().startsWith("spark.")) {
                throw new AthanorException(
                        "Cannot use --conf " + setting.getKey() + "=" + setting.getValue(),
                        "Spark reads only keys that start with 'spark.'",
                        "Write 'spark.hadoop." + setting.getKey() + "' for a setting of Hadoop");
            }
            conf.set(setting.getKey(), setting.getValue());
        }
        if (globals.master() != null) {
            conf.setMaster(globals.master());
        }
        conf.setIfMissing("spark.master", "local[*]");
        conf.setIfMissing("spark.app.name", "athanor " + name);
        if (globals.warehouse() != null) {
            conf.set(AthanorConf.WAREHOUSE.name(), globals.warehouse());
        }
        String plugin = AthanorPlugin.class.getName();
        String plugins = conf.get("spark.plugins", "");
        if (!plugins.contains(plugin)) {
            conf.set("spark.plugins", plugins.isBlank() ? plugin : plugins + "," + plugin);
        }
        if (conf.get("spark.master").startsWith("local")) {
            conf.setIfMissing("spark.ui.enabled", "false");
            // A laptop's host name often resolves to nothing that it can reach.
            conf.setIfMissing("spark.driver.host", "localhost");
            conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
        }
        conf.setIfMissing("spark.ui.showConsoleProgress", "false");
        AthanorConf.of(conf);
        return conf;
    }
}
