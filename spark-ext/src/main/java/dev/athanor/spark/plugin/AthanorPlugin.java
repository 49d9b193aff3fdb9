package dev.athanor.spark.plugin;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * Switches Athanor on in any Spark application: {@code spark.plugins=dev.athanor.spark.plugin.AthanorPlugin}.
 *
 * <p>The setting must be there when the Spark context starts: {@code --conf}, a properties file or the session builder;
 * a context that runs already cannot load plugins. What the driver half sets is in {@link SessionDefaults}; nothing that
 * the user set is replaced.
 */
public final class AthanorPlugin implements SparkPlugin {
    /** Called by Spark. */
    public AthanorPlugin() {}

    @Override
    public DriverPlugin driverPlugin() {
        return new Driver();
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Executor();
    }

    private static final class Driver implements DriverPlugin {
        @Override
        public Map<String, String> init(SparkContext context, PluginContext plugin) {
            // PluginContext.conf() is the application's own SparkConf: what is set here, before the first session is
            // built, is what that session and the executors read.
            new SessionDefaults(plugin.conf(), context.hadoopConfiguration()).apply();
            return Map.of();
        }

        @Override
        public Object receive(Object message) {
            DriverMessages.deliver(message);
            return null;
        }
    }

    private static final class Executor implements ExecutorPlugin {
        @Override
        public void init(PluginContext context, Map<String, String> settings) {
            ExecutorMessages.open(context);
        }

        @Override
        public void shutdown() {
            ExecutorMessages.close();
        }
    }
}
