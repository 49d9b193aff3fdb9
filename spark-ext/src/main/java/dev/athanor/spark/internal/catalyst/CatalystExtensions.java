package dev.athanor.spark.internal.catalyst;

import dev.athanor.spark.internal.catalyst.catalog.PlatformGuard;
import dev.athanor.spark.internal.catalyst.catalog.RecordedCommands;
import dev.athanor.spark.internal.catalyst.catalog.WarehouseParser;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/** The functions, planner rules and strategies that a session with Athanor has. */
public final class CatalystExtensions {
    private CatalystExtensions() {}

    /** Adds them to a session being built. */
    public static void inject(SparkSessionExtensions extensions) {
        extensions.injectPlannerStrategy(RecordedCommands::new);
        extensions.injectParser(WarehouseParser::new);

        extensions.injectCheckRule(PlatformGuard::new);
        extensions.injectResolutionRule(PredictAliases::new);
        extensions.injectPreCBORule(LiftPredictions::new);
        extensions.injectPlannerStrategy(BatchInferenceStrategy::new);
        extensions.injectColumnar(session -> new ColumnarInferenceInput());

        // Spark 4.2 brings functions of the names of some of these; where they are, they stay.
        SqlFunctions.all().forEach(CatalystExtensions::register);
    }

    /**
     * Makes a function one of Spark's own. A function that an extension injects counts as temporary, and a view of a
     * catalog may not call it.
     */
    private static void register(
            Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>> function) {
        FunctionRegistry builtin = FunctionRegistry$.MODULE$.builtin();
        if (!builtin.functionExists(function._1())) {
            builtin.registerFunction(function._1(), function._2(), function._3());
        }
    }
}
