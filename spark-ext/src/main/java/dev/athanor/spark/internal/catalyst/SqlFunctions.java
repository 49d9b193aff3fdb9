package dev.athanor.spark.internal.catalyst;

import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.udfs.VectorFunctions;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;

/** The functions that a session with Athanor has, and what they say of themselves in {@code DESCRIBE FUNCTION}. */
public final class SqlFunctions {
    private static final String EXAMPLES = "Examples:";

    private SqlFunctions() {}

    /**
     * What a function says of itself.
     *
     * @param usage calls and what they return: {@code f(a, b) - Returns …}
     * @param examples queries and their results
     * @param note what nulls do, and when a call is an error
     */
    public record Description(String name, String usage, String examples, String note) {}

    /** What every function says of itself, in the order of their names. */
    public static List<Description> descriptions() {
        return all().stream()
                .map(Tuple3::_2)
                .map(info -> new Description(
                        info.getName(),
                        info.getUsage(),
                        info.getExamples().replace(EXAMPLES, "").strip(),
                        info.getNote().strip()))
                .toList();
    }

    static List<Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>> all() {
        List<Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, Expression>>> all =
                new ArrayList<>();
        all.add(new Tuple3<>(
                AiEmbedFunction.IDENTIFIER, AiEmbedFunction.INFO, new AiEmbedFunction(DeltaModelRegistry::of)));
        all.add(new Tuple3<>(AiGenFunction.IDENTIFIER, AiGenFunction.INFO, new AiGenFunction(DeltaModelRegistry::of)));
        all.add(new Tuple3<>(
                AiSimilarityFunction.IDENTIFIER,
                AiSimilarityFunction.INFO,
                new AiSimilarityFunction(DeltaModelRegistry::of)));
        all.add(new Tuple3<>(
                PredictFunction.IDENTIFIER, PredictFunction.INFO, new PredictFunction(DeltaModelRegistry::of)));
        VectorFunctions.all().forEach(function -> all.add(VectorCall.description(function)));
        return all;
    }

    /** A note, as Spark's own functions write theirs. */
    static String note(String text) {
        return "\n    " + text + "\n  ";
    }

    /** An example, as Spark's own functions write theirs. */
    static String example(String call, String result) {
        return "\n    " + EXAMPLES + "\n      > SELECT " + call + ";\n       " + result + "\n  ";
    }
}
