package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.text.NearestName;
import dev.athanor.spark.registry.ModelRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** Makes an {@link AiEmbed} call from the arguments of {@code ai_embed(…)}: finds the model, checks the arguments. */
final class AiEmbedFunction extends AbstractFunction1<Seq<Expression>, Expression> {
    static final String NAME = "ai_embed";

    static final FunctionIdentifier IDENTIFIER = new FunctionIdentifier(NAME, Option.empty());

    static final ExpressionInfo INFO = new ExpressionInfo(
            AiEmbed.class.getName(),
            null,
            NAME,
            "_FUNC_(model, text [, on_overflow]) - Returns the vector of a text, array<float>, by a registered model"
                    + " ('name', 'name@3' or 'name@alias') that embeds texts. A text that is longer than the model"
                    + " takes is cut ('truncate', the default) or has no vector ('error').",
            "",
            SqlFunctions.example("_FUNC_('minilm', 'A man is eating.')[0]", "0.03994113"),
            SqlFunctions.note(
                    "Null where the text is null, and where the model has no vector for it, which the operator's"
                            + " metrics count; the query goes on. The model is a constant; one that is null, unknown, or predicts"
                            + " instead of embedding is an error before the query starts."),
            "",
            "",
            "",
            "built-in");

    private static final NamedArguments ARGUMENTS =
            new NamedArguments(NAME, List.of("model", "text", "on_overflow"), 2);

    private final ModelArgument.Finder models;

    AiEmbedFunction(Function<SparkSession, ModelRegistry> registries) {
        models = new ModelArgument.Finder(NAME, "ai_embed('minilm', body)", registries);
    }

    @Override
    public Expression apply(Seq<Expression> arguments) {
        List<Expression> given = ARGUMENTS.inOrder(Seqs.list(arguments));
        AiEmbed.Overflow overflow = overflow(given.get(2));
        return call(NAME, models.find(given.get(0)), given.get(1), overflow);
    }

    /**
     * A call, when the model embeds texts and the argument is one.
     *
     * @param function as the user named it
     */
    static AiEmbed call(String function, ModelArgument model, Expression text, AiEmbed.Overflow overflow) {
        String ref = model.handle().model().ref();
        String problem = "Cannot call " + function + " with " + ref;
        if (model.model().task() != Task.EMBEDDING) {
            throw new AthanorException(
                    problem,
                    "it " + makes(model.model().task()) + " and makes no embeddings",
                    "Call predict with it, or " + function + " with a model that 'athanor import' brought in");
        }
        if (!(text.dataType() instanceof StringType) && !(text.dataType() instanceof NullType)) {
            throw new AthanorException(
                    problem,
                    "its text " + text.sql() + " is of type " + ColumnSpecs.ddl(text.dataType()),
                    "Cast it to string");
        }
        return AiEmbed.of(model.handle(), text, overflow);
    }

    private static String makes(Task task) {
        return switch (task) {
            case CLASSIFICATION -> "predicts classes";
            case REGRESSION -> "predicts numbers";
            case GENERATION -> "writes texts";
            case EMBEDDING -> throw new IllegalArgumentException("It makes embeddings");
        };
    }

    private static AiEmbed.Overflow overflow(Expression argument) {
        if (argument == null) {
            return AiEmbed.Overflow.TRUNCATE;
        }
        Object value =
                argument.foldable() && argument.dataType() instanceof StringType ? argument.eval(null) : argument.sql();
        for (AiEmbed.Overflow overflow : AiEmbed.Overflow.values()) {
            if (overflow.name().toLowerCase(Locale.ROOT).equals(String.valueOf(value))) {
                return overflow;
            }
        }
        List<String> known = Arrays.stream(AiEmbed.Overflow.values())
                .map(o -> o.name().toLowerCase(Locale.ROOT))
                .toList();
        throw new AthanorException(
                "Cannot call " + NAME,
                "on_overflow is " + value,
                "Write one of " + String.join(", ", known)
                        + NearestName.of(String.valueOf(value), known)
                                .map(near -> "; did you mean '" + near + "'?")
                                .orElse(""));
    }
}
