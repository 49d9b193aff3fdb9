package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.generation.GenerationOptions;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/** {@code ai_gen(model, prompt)}: the text that a model writes after a prompt; null where it writes none. */
public final class AiGen extends ModelCall {
    private static final long serialVersionUID = 1L;

    private final GenerationOptions options;

    private AiGen(Seq<Expression> children, GenerationOptions options, String rowReason) {
        super(children, rowReason);
        this.options = options;
    }

    static AiGen of(ModelHandle model, Expression prompt, GenerationOptions options) {
        return new AiGen(children(model, List.of(prompt)), options, "");
    }

    @Override
    ModelCall with(Seq<Expression> newChildren, String newRowReason) {
        return new AiGen(newChildren, options, newRowReason);
    }

    @Override
    Object settings() {
        return options;
    }

    @Override
    String settingsText() {
        return options.equals(GenerationOptions.DEFAULTS) ? "" : ", " + options.written();
    }

    @Override
    CallResult result(Model model) {
        return new GeneratedText();
    }

    @Override
    Predictor predictor(Model model, int capacity) {
        return model.generator(capacity, options);
    }

    @Override
    public boolean nullable() {
        return true;
    }

    @Override
    public DataType dataType() {
        return DataTypes.StringType;
    }

    @Override
    public String prettyName() {
        return AiGenFunction.NAME;
    }

    @Override
    public String sql() {
        return prettyName() + "(" + handle().sql() + ", " + features().get(0).sql() + settingsText() + ")";
    }
}
