package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.table.Task;
import dev.athanor.spark.registry.ModelRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** Makes an {@link AiGen} call from the arguments of {@code ai_gen(…)}: finds the model, checks the arguments. */
final class AiGenFunction extends AbstractFunction1<Seq<Expression>, Expression> {
    static final String NAME = "ai_gen";

    static final FunctionIdentifier IDENTIFIER = new FunctionIdentifier(NAME, Option.empty());

    static final ExpressionInfo INFO = new ExpressionInfo(
            AiGen.class.getName(),
            null,
            NAME,
            "_FUNC_(model, prompt [, options]) - Returns the text that a registered model ('name', 'name@3' or"
                    + " 'name@alias') writes after a prompt, which it gets as it is, without a chat template. Options are a"
                    + " map of constants: max_tokens (128), temperature (0: always the most probable token), top_k (0: all),"
                    + " top_p (1), min_p (0), repetition_penalty (1), stop (one string, or several in a JSON array), seed"
                    + " (0), response_format (a JSON schema, of which every text is then a value, also wrapped as"
                    + " {\"type\":\"json_schema\",\"json_schema\":{\"schema\":...}}; or {\"type\":\"json_object\"}).",
            "",
            SqlFunctions.example(
                    "_FUNC_('gemma', 'The opposite of hot is', map('max_tokens', '5', 'stop', '.'))", " cold"),
            SqlFunctions.note(
                    "Null where the prompt is null, and where the model writes nothing for it, because it is too long for"
                            + " the model or the memory for one, or leaves no room for the shortest value of the response_format,"
                            + " which the operator's metrics count; the query goes on. With a response_format, max_tokens"
                            + " shortens a text, which is a whole value all the same; keywords of a schema that are not"
                            + " supported are errors. Draws"
                            + " depend on the seed and the prompt alone, not on the order of rows. The model and the options are"
                            + " constants; a model that generates no text, or an option that is unknown or out of its range, is"
                            + " an error before the query starts."),
            "",
            "",
            "",
            "built-in");

    private static final NamedArguments ARGUMENTS = new NamedArguments(NAME, List.of("model", "prompt", "options"), 2);

    private final ModelArgument.Finder models;

    AiGenFunction(Function<SparkSession, ModelRegistry> registries) {
        models = new ModelArgument.Finder(NAME, "ai_gen('gemma', prompt)", registries);
    }

    @Override
    public Expression apply(Seq<Expression> arguments) {
        List<Expression> given = ARGUMENTS.inOrder(Seqs.list(arguments));
        GenerationOptions options = options(given.get(2));
        ModelArgument model = models.find(given.get(0));
        Expression prompt = given.get(1);
        String problem =
                "Cannot call " + NAME + " with " + model.handle().model().ref();
        if (model.model().task() != Task.GENERATION) {
            throw new AthanorException(
                    problem,
                    "it generates no text: its task is " + model.model().task(),
                    "Call it with a decoder that 'athanor import' brought in");
        }
        if (!(prompt.dataType() instanceof StringType) && !(prompt.dataType() instanceof NullType)) {
            throw new AthanorException(
                    problem,
                    "its prompt " + prompt.sql() + " is of type " + ColumnSpecs.ddl(prompt.dataType()),
                    "Cast it to string");
        }
        return AiGen.of(model.handle(), prompt, options);
    }

    private static GenerationOptions options(Expression argument) {
        if (argument == null) {
            return GenerationOptions.DEFAULTS;
        }
        if (!argument.foldable() || !(argument.dataType() instanceof MapType type)) {
            throw new AthanorException(
                    "Cannot call " + NAME,
                    "its options are " + argument.sql() + ", not a map of constants",
                    "Write map('max_tokens', '40', 'temperature', '0')");
        }
        MapType texts = DataTypes.createMapType(DataTypes.StringType, DataTypes.StringType);
        Expression cast =
                type.equals(texts) ? argument : new Cast(argument, texts, Option.apply("UTC"), EvalMode.LEGACY());
        Object value = cast.eval(null);
        if (value == null) {
            return GenerationOptions.DEFAULTS;
        }
        MapData map = (MapData) value;
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < map.numElements(); i++) {
            String text = map.valueArray().isNullAt(i)
                    ? null
                    : map.valueArray().getUTF8String(i).toString();
            options.put(map.keyArray().getUTF8String(i).toString(), text);
        }
        return GenerationOptions.of(options);
    }
}
