package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of a registered model for the features of one row.
 *
 * <p>{@link LiftPredictions} moves calls out of expressions into {@link BatchInference}, which computes many rows at
 * once; a call that stays is evaluated here row by row, with the same result, and says why it stays.
 */
public abstract class ModelCall extends Expression implements CodegenFallback, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final Seq<Expression> children;
    private final String rowReason;
    private transient RowPredictor evaluator;

    /**
     * @param children a {@link ModelHandle}, then the features in the order of the model's signature
     * @param rowReason why the call is evaluated row by row, or empty
     */
    ModelCall(Seq<Expression> children, String rowReason) {
        this.children = children;
        this.rowReason = rowReason;
    }

    static Seq<Expression> children(ModelHandle model, List<? extends Expression> features) {
        List<Expression> all = new ArrayList<>();
        all.add(model);
        all.addAll(features);
        return Seqs.of(all);
    }

    /** The same call of other arguments, or for another reason by row. */
    abstract ModelCall with(Seq<Expression> newChildren, String newRowReason);

    /** How its value is read from what the model predicts; one for each thread. */
    abstract CallResult result(Model model);

    /** What computes its values, for one thread and batches of up to {@code capacity} rows. */
    Predictor predictor(Model model, int capacity) {
        return model.predictor(capacity);
    }

    /** Whatever else than the arguments decides what it computes; never null. */
    abstract Object settings();

    /** The same call, of whose result only these fields are read; those without fields ignore it. */
    ModelCall withFields(int fields) {
        return this;
    }

    /** What is read of its result, for {@code EXPLAIN}; empty for all. */
    String fieldsRead() {
        return "";
    }

    final ModelHandle handle() {
        return (ModelHandle) children.head();
    }

    final InferenceModel model() {
        return handle().model();
    }

    final List<Expression> features() {
        List<Expression> all = Seqs.list(children);
        return all.subList(1, all.size());
    }

    final String rowReason() {
        return rowReason;
    }

    final ModelCall withFeatures(List<? extends Expression> features) {
        return with(children(handle(), features), rowReason);
    }

    final ModelCall withRowReason(String reason) {
        return with(children, reason);
    }

    @Override
    public final Seq<Expression> children() {
        return children;
    }

    @Override
    public final Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
        return with(newChildren, rowReason);
    }

    /** The value for one row. An instance used by several threads of the driver serves them one after the other. */
    @Override
    public final synchronized Object eval(InternalRow input) {
        if (evaluator == null) {
            evaluator = new RowPredictor(this);
        }
        List<Expression> features = features();
        Object[] values = new Object[features.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = features.get(i).eval(input);
        }
        return evaluator.predict(new GenericInternalRow(values));
    }

    @Override
    public final ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    @Override
    public final String toString() {
        StringBuilder text = new StringBuilder(prettyName()).append('(').append(model().ref());
        for (Expression feature : features()) {
            text.append(", ").append(feature);
        }
        text.append(settingsText()).append(')');
        // The operator says which kernels it computes with; a call that stays has no operator.
        return rowReason.isEmpty()
                ? text.toString()
                : text + "[by row: " + rowReason + ", kernels: " + model().kernelsDescription() + "]";
    }

    /** Settings that were written, as further arguments; empty for none. */
    String settingsText() {
        return "";
    }

    @Override
    public final int productArity() {
        return 3;
    }

    @Override
    public final Object productElement(int i) {
        return switch (i) {
            case 0 -> children;
            case 1 -> settings();
            case 2 -> rowReason;
            default -> throw new IndexOutOfBoundsException(i);
        };
    }

    @Override
    public final boolean canEqual(Object other) {
        return other != null && other.getClass() == getClass();
    }

    @Override
    public final boolean equals(Object other) {
        return canEqual(other)
                && other instanceof ModelCall that
                && settings().equals(that.settings())
                && rowReason.equals(that.rowReason)
                && children.equals(that.children);
    }

    @Override
    public final int hashCode() {
        return Objects.hash(children, settings());
    }
}
