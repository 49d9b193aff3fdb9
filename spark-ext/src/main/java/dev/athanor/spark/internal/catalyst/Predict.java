package dev.athanor.spark.internal.catalyst;

import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * {@code predict(model, columns…)}: the prediction of a registered model for the features of one row.
 *
 * <p>{@link LiftPredictions} moves calls out of expressions into {@link BatchInference}, which computes many rows at
 * once; a call that stays is evaluated here row by row, with the same result, and says why it stays.
 */
public final class Predict extends Expression implements CodegenFallback, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final Seq<Expression> children;
    private final int fields;
    private final String rowReason;
    private transient RowPredictor evaluator;

    /**
     * @param children a {@link ModelHandle}, then the features in the order of the model's signature
     * @param fields bits of the result's fields that are read; the others may be left null
     * @param rowReason why the call is evaluated row by row, or empty
     */
    public Predict(Seq<Expression> children, int fields, String rowReason) {
        this.children = children;
        this.fields = fields;
        this.rowReason = rowReason;
    }

    static Predict of(ModelHandle model, List<Expression> features) {
        List<Expression> all = new java.util.ArrayList<>();
        all.add(model);
        all.addAll(features);
        return new Predict(Seqs.of(all), InferenceModel.ALL_FIELDS, "");
    }

    InferenceModel model() {
        return ((ModelHandle) children.head()).model();
    }

    List<Expression> features() {
        List<Expression> all = Seqs.list(children);
        return all.subList(1, all.size());
    }

    int fields() {
        return fields;
    }

    String rowReason() {
        return rowReason;
    }

    Predict withFeatures(List<? extends Expression> features) {
        List<Expression> all = new java.util.ArrayList<>();
        all.add(children.head());
        all.addAll(features);
        return new Predict(Seqs.of(all), fields, rowReason);
    }

    Predict withFields(int newFields) {
        return new Predict(children, newFields, rowReason);
    }

    Predict withRowReason(String reason) {
        return new Predict(children, fields, reason);
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
    public Seq<Expression> children() {
        return children;
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
        return new Predict(newChildren, fields, rowReason);
    }

    /** The prediction for one row. An instance used by several threads of the driver serves them one after the other. */
    @Override
    public synchronized Object eval(InternalRow input) {
        if (evaluator == null) {
            evaluator = new RowPredictor(
                    model(), features().stream().map(Expression::dataType).toList());
        }
        List<Expression> features = features();
        Object[] values = new Object[features.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = features.get(i).eval(input);
        }
        return evaluator.predict(new GenericInternalRow(values));
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    @Override
    public String prettyName() {
        return "predict";
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("predict(").append(model().ref());
        for (Expression feature : features()) {
            text.append(", ").append(feature);
        }
        text.append(')');
        return rowReason.isEmpty() ? text.toString() : text + "[by row: " + rowReason + "]";
    }

    @Override
    public int productArity() {
        return 3;
    }

    @Override
    public Object productElement(int i) {
        return switch (i) {
            case 0 -> children;
            case 1 -> fields;
            case 2 -> rowReason;
            default -> throw new IndexOutOfBoundsException(i);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof Predict;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Predict that
                && fields == that.fields
                && rowReason.equals(that.rowReason)
                && children.equals(that.children);
    }

    @Override
    public int hashCode() {
        return Objects.hash(children, fields);
    }
}
