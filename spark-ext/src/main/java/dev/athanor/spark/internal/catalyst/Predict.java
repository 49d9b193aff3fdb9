package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Model;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.Seq;

/** {@code predict(model, columns…)}: the prediction of a registered model for the features of one row. */
public final class Predict extends ModelCall {
    private static final long serialVersionUID = 1L;

    private final int fields;

    /** @param fields bits of the result's fields that are read; the others may be left null */
    private Predict(Seq<Expression> children, int fields, String rowReason) {
        super(children, rowReason);
        this.fields = fields;
    }

    static Predict of(ModelHandle model, List<Expression> features) {
        return new Predict(children(model, features), InferenceModel.ALL_FIELDS, "");
    }

    @Override
    ModelCall with(Seq<Expression> newChildren, String newRowReason) {
        return new Predict(newChildren, fields, newRowReason);
    }

    @Override
    ModelCall withFields(int newFields) {
        return new Predict(children(), newFields, rowReason());
    }

    @Override
    Object settings() {
        return fields;
    }

    @Override
    CallResult result(Model model) {
        return new PredictionRow(model(), model, fields);
    }

    @Override
    String fieldsRead() {
        if (fields == InferenceModel.ALL_FIELDS) {
            return "";
        }
        String[] names = model().resultType().fieldNames();
        List<String> read = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            if ((fields & (1 << i)) != 0) {
                read.add(names[i]);
            }
        }
        return " (" + String.join(", ", read) + ")";
    }

    @Override
    public boolean nullable() {
        return false;
    }

    @Override
    public DataType dataType() {
        return model().resultType();
    }

    @Override
    public String prettyName() {
        return PredictFunction.NAME;
    }
}
