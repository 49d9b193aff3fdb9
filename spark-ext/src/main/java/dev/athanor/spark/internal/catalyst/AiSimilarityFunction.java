package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.registry.ModelRegistry;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** Makes {@code ai_similarity(a, b)} of two calls of {@code ai_embed} and {@code vector_cosine_similarity}. */
final class AiSimilarityFunction extends AbstractFunction1<Seq<Expression>, Expression> {
    static final String NAME = "ai_similarity";

    static final FunctionIdentifier IDENTIFIER = new FunctionIdentifier(NAME, Option.empty());

    static final ExpressionInfo INFO = new ExpressionInfo(
            AiSimilarity.class.getName(),
            null,
            NAME,
            "_FUNC_(a, b [, model]) - Returns the cosine similarity, from -1 to 1, of the vectors that ai_embed gives"
                    + " two texts. The model is that of spark.athanor.embedding.model when none is given.",
            "",
            SqlFunctions.example("_FUNC_('A man is eating.', 'A man is eating.', 'minilm')", "1.0"),
            SqlFunctions.note(
                    "Null where a text is null or has no vector. No model, or one that ai_embed would refuse, is"
                            + " an error before the query starts."),
            "",
            "",
            "",
            "built-in");

    private static final NamedArguments ARGUMENTS = new NamedArguments(NAME, List.of("a", "b", "model"), 2);

    private final ModelArgument.Finder models;

    AiSimilarityFunction(Function<SparkSession, ModelRegistry> registries) {
        models = new ModelArgument.Finder(NAME, "ai_similarity(a, b, 'minilm')", registries);
    }

    @Override
    public Expression apply(Seq<Expression> arguments) {
        List<Expression> given = ARGUMENTS.inOrder(Seqs.list(arguments));
        boolean namesModel = given.get(2) != null;
        ModelArgument model = namesModel ? models.find(given.get(2)) : ofSession();
        return AiSimilarity.of(
                AiEmbedFunction.call(NAME, model, given.get(0), AiEmbed.Overflow.TRUNCATE),
                AiEmbedFunction.call(NAME, model, given.get(1), AiEmbed.Overflow.TRUNCATE),
                namesModel);
    }

    private ModelArgument ofSession() {
        String name = AthanorConf.of(SparkSession.active()).get(AthanorConf.EMBEDDING_MODEL);
        if (name == null) {
            throw new AthanorException(
                    "Cannot call " + NAME,
                    "it names no model, and " + AthanorConf.EMBEDDING_MODEL.name() + " is not set",
                    "Write " + NAME + "(a, b, 'minilm'), or SET " + AthanorConf.EMBEDDING_MODEL.name() + " = minilm");
        }
        return models.find(name, Literal.create(name, DataTypes.StringType).sql());
    }
}
