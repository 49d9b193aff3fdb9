package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Model;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.Seq;

/**
 * {@code ai_embed(model, text)}: the vector of a text, as {@code array<float>}; null for a text that is null or that the
 * model cannot take.
 */
public final class AiEmbed extends ModelCall {
    private static final long serialVersionUID = 1L;

    private static final DataType TYPE = DataTypes.createArrayType(DataTypes.FloatType, false);

    private final Overflow overflow;

    /** What happens to a text that is longer than the model takes. */
    enum Overflow {
        /** Its beginning is embedded. */
        TRUNCATE,
        /** It has no vector. */
        ERROR
    }

    private AiEmbed(Seq<Expression> children, Overflow overflow, String rowReason) {
        super(children, rowReason);
        this.overflow = overflow;
    }

    static AiEmbed of(ModelHandle model, Expression text, Overflow overflow) {
        return new AiEmbed(children(model, List.of(text)), overflow, "");
    }

    @Override
    ModelCall with(Seq<Expression> newChildren, String newRowReason) {
        return new AiEmbed(newChildren, overflow, newRowReason);
    }

    @Override
    Object settings() {
        return overflow;
    }

    @Override
    String settingsText() {
        return overflow == Overflow.ERROR ? ", error" : "";
    }

    @Override
    CallResult result(Model model) {
        return new EmbeddingArray(model.embeddingWidth(), overflow);
    }

    @Override
    public boolean nullable() {
        return true;
    }

    @Override
    public DataType dataType() {
        return TYPE;
    }

    @Override
    public String prettyName() {
        return AiEmbedFunction.NAME;
    }

    @Override
    public String sql() {
        return prettyName() + "(" + handle().sql() + ", " + features().get(0).sql() + settingsText() + ")";
    }
}
