package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.model.Model;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.StringType;

/**
 * The model that a function is called with, resolved to one version and loaded.
 *
 * @param handle what stands for it in the call
 * @param model loaded on the driver
 */
record ModelArgument(ModelHandle handle, Model model) {
    /** Finds the model of an argument. */
    static final class Finder {
        private final String function;
        private final String example;
        private final Function<SparkSession, ModelRegistry> registries;

        /**
         * @param function name of the function, for messages
         * @param example a whole call of it
         */
        Finder(String function, String example, Function<SparkSession, ModelRegistry> registries) {
            this.function = function;
            this.example = example;
            this.registries = registries;
        }

        /** @throws AthanorException unless the argument is a constant string that names a registered model */
        ModelArgument find(Expression argument) {
            if (!(argument.dataType() instanceof StringType) || !argument.foldable()) {
                throw new AthanorException(
                        "Cannot call " + function + " with model " + argument.sql(),
                        "the model must be a constant string, so that one version serves the whole query",
                        "Write its name in quotes, for example " + example);
            }
            Object name = argument.eval(null);
            if (name == null) {
                throw new AthanorException(
                        "Cannot call " + function, "the model is null", "Write its name in quotes: " + example);
            }
            return find(name.toString(), argument.sql());
        }

        /**
         * @param name as users write it: name, name@version or name@alias
         * @param written what stands for it in the name of a column without alias
         */
        ModelArgument find(String name, String written) {
            SparkSession session = SparkSession.active();
            ModelVersion version = registries.apply(session).resolve(ModelRef.parse(name));
            String kernels = AthanorConf.of(session).get(AthanorConf.KERNELS);
            Model model = ModelCache.process().get(version.location(), version.digest(), kernels);
            String computes = model.kernels() + " because "
                    + KernelRegistry.select(kernels).reason();
            InferenceModel inference =
                    new InferenceModel(version.ref(), version.location(), version.digest(), kernels, computes, model);
            return new ModelArgument(new ModelHandle(inference, written), model);
        }
    }
}
