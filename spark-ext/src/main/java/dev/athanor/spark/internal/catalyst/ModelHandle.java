package dev.athanor.spark.internal.catalyst;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * The model argument of a {@link ModelCall}, resolved to one version. It has no value of its own.
 *
 * <p>That it cannot be evaluated also keeps Spark from computing predictions over literal rows on the driver, one at a
 * time, before the operator is planned.
 */
public final class ModelHandle extends Expression implements Unevaluable, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final InferenceModel model;
    private final String written;

    ModelHandle(InferenceModel model, String written) {
        this.model = model;
        this.written = written;
    }

    InferenceModel model() {
        return model;
    }

    @Override
    public boolean nullable() {
        return false;
    }

    @Override
    public boolean foldable() {
        return false;
    }

    @Override
    public DataType dataType() {
        return DataTypes.StringType;
    }

    @Override
    public Object eval(InternalRow input) {
        throw new UnsupportedOperationException("Cannot evaluate model " + model + ": it is not a value");
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        throw new UnsupportedOperationException("Cannot generate code for model " + model + ": it is not a value");
    }

    @Override
    public Seq<Expression> children() {
        return Seqs.of();
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
        return this;
    }

    @Override
    public int productArity() {
        return 1;
    }

    @Override
    public Object productElement(int i) {
        return model;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof ModelHandle;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelHandle that && model.equals(that.model);
    }

    @Override
    public int hashCode() {
        return model.hashCode();
    }

    @Override
    public String toString() {
        return model.ref();
    }

    /** As the user wrote it, so that the name of a column without alias does not change with the version. */
    @Override
    public String sql() {
        return written;
    }
}
