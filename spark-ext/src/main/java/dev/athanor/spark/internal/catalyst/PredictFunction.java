package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.spark.registry.ModelRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** Makes a {@link Predict} call from the arguments of {@code predict(…)}: finds the model, checks the arguments. */
final class PredictFunction extends AbstractFunction1<Seq<Expression>, Expression> {
    static final String NAME = "predict";

    static final FunctionIdentifier IDENTIFIER = new FunctionIdentifier(NAME, Option.empty());

    static final ExpressionInfo INFO = new ExpressionInfo(
            Predict.class.getName(),
            null,
            NAME,
            "_FUNC_(model, column, …) - Returns the prediction of a registered model ('name', 'name@3' or"
                    + " 'name@alias') for the columns it was trained on, in that order, as a struct: prediction,"
                    + " confidence, probabilities and error, or prediction, low, high and error for a number.",
            "",
            SqlFunctions.example("_FUNC_('news@champion', title, description).prediction FROM news_test", "Sports"),
            SqlFunctions.note(
                    "Never null itself. Null numbers, categories and texts are read as in training: as missing."
                            + " A row that cannot be predicted, for a null vector or image, a NaN or an infinite number among others,"
                            + " has a null prediction and says why in error; the query goes on. The model is a constant; one that is"
                            + " null or unknown, or columns of other types than it was trained on, are an error before the query"
                            + " starts."),
            "",
            "",
            "",
            "built-in");

    private final ModelArgument.Finder models;

    PredictFunction(Function<SparkSession, ModelRegistry> registries) {
        models = new ModelArgument.Finder(NAME, "predict('news@champion', title)", registries);
    }

    @Override
    public Expression apply(Seq<Expression> arguments) {
        List<Expression> all = Seqs.list(arguments);
        if (all.isEmpty()) {
            throw new AthanorException(
                    "Cannot call predict",
                    "it has no arguments",
                    "Write predict('model', column, …) with the columns that the model was trained on");
        }
        ModelArgument argument = models.find(all.get(0));
        String ref = argument.handle().model().ref();
        if (argument.model().task() == Task.EMBEDDING) {
            throw new AthanorException(
                    "Cannot call predict with " + ref,
                    "it turns texts into vectors and predicts nothing",
                    "Write ai_embed(" + argument.handle().sql() + ", text)");
        }
        if (argument.model().task() == Task.GENERATION) {
            throw new AthanorException(
                    "Cannot call predict with " + ref,
                    "it writes texts and predicts nothing",
                    "Write ai_gen(" + argument.handle().sql() + ", prompt)");
        }
        List<ColumnSpec> signature = argument.model().signature();
        List<Expression> features = inOrder(ref, signature, all.subList(1, all.size()));
        check(ref, signature, features);
        return Predict.of(argument.handle(), features);
    }

    /** Arguments that are named, {@code title => …}, in the order of the columns that the model was trained on. */
    private static List<Expression> inOrder(String model, List<ColumnSpec> signature, List<Expression> arguments) {
        Map<String, Expression> named = new LinkedHashMap<>();
        for (Expression argument : arguments) {
            if (argument instanceof NamedArgumentExpression name) {
                named.put(name.key().toLowerCase(Locale.ROOT), name.value());
            }
        }
        if (named.isEmpty()) {
            return arguments;
        }
        List<Expression> ordered = new ArrayList<>();
        signature.forEach(column -> ordered.add(named.remove(column.name().toLowerCase(Locale.ROOT))));
        if (ordered.contains(null) || !named.isEmpty() || ordered.size() != arguments.size()) {
            throw new AthanorException(
                    "Cannot call predict with model " + model,
                    "its arguments are named, and they are not those that it was trained on",
                    "Name each column once, "
                            + signature.stream().map(c -> c.name() + " => …").collect(Collectors.joining(", "))
                            + ", or none");
        }
        return ordered;
    }

    private static void check(String model, List<ColumnSpec> signature, List<Expression> features) {
        String call = "Cannot call predict with " + model;
        if (features.size() != signature.size()) {
            throw new AthanorException(
                    call,
                    "it takes " + signature.size() + (signature.size() == 1 ? " column" : " columns") + " and "
                            + features.size() + (features.size() == 1 ? " is" : " are") + " given",
                    "Give its columns in this order: "
                            + signature.stream()
                                    .map(spec -> spec.name() + " " + spec.sqlType())
                                    .collect(Collectors.joining(", ")));
        }
        for (int i = 0; i < features.size(); i++) {
            ColumnSpecs.requireSameFamily(
                    call, signature.get(i), features.get(i).dataType());
        }
    }
}
