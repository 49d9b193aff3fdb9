package dev.athanor.spark.internal.catalyst;

import dev.athanor.spark.internal.catalyst.catalog.RecordedCommands;
import dev.athanor.spark.internal.catalyst.catalog.WarehouseParser;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.udfs.VectorFunction;
import dev.athanor.udfs.VectorFunctions;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import scala.Option;
import scala.Tuple3;

/** The functions, planner rules and strategies that a session with Athanor has. */
public final class CatalystExtensions {
    private CatalystExtensions() {}

    /** Adds them to a session being built. */
    public static void inject(SparkSessionExtensions extensions) {
        extensions.injectPlannerStrategy(RecordedCommands::new);
        extensions.injectParser(WarehouseParser::new);

        extensions.injectFunction(new Tuple3<>(
                PredictFunction.IDENTIFIER, PredictFunction.INFO, new PredictFunction(DeltaModelRegistry::of)));
        extensions.injectPreCBORule(LiftPredictions::new);
        extensions.injectPlannerStrategy(BatchInferenceStrategy::new);
        extensions.injectColumnar(session -> new ColumnarInferenceInput());

        for (VectorFunction function : VectorFunctions.all()) {
            FunctionIdentifier name = new FunctionIdentifier(function.name(), Option.empty());
            // Spark 4.2 brings functions of these names; where they are, they stay.
            if (!FunctionRegistry$.MODULE$.builtin().functionExists(name)) {
                extensions.injectFunction(VectorCall.description(function));
            }
        }
    }
}
