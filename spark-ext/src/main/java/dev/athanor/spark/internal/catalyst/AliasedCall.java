package dev.athanor.spark.internal.catalyst;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** A call that a condition names by its alias, until {@link PredictAliases} sees that Spark has resolved it. */
public final class AliasedCall extends Expression implements Unevaluable {
    private static final long serialVersionUID = 1L;

    private final Alias alias;
    private final Expression call;

    AliasedCall(Alias alias, Expression call) {
        this.alias = alias;
        this.call = call;
    }

    Alias alias() {
        return alias;
    }

    Expression call() {
        return call;
    }

    /** Never, so that nothing is built on it before it is gone. */
    @Override
    public boolean resolved() {
        return false;
    }

    @Override
    public boolean nullable() {
        return call.nullable();
    }

    @Override
    public DataType dataType() {
        return call.dataType();
    }

    @Override
    public Object eval(InternalRow input) {
        throw new UnsupportedOperationException("Cannot evaluate " + this + ": it is not resolved");
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        throw new UnsupportedOperationException("Cannot generate code for " + this + ": it is not resolved");
    }

    @Override
    public Seq<Expression> children() {
        return Seqs.of(call);
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
        return new AliasedCall(alias, newChildren.head());
    }

    @Override
    public int productArity() {
        return 2;
    }

    @Override
    public Object productElement(int i) {
        return switch (i) {
            case 0 -> alias;
            case 1 -> call;
            default -> throw new IndexOutOfBoundsException(i);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof AliasedCall;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AliasedCall that
                && alias.exprId().equals(that.alias.exprId())
                && call.equals(that.call);
    }

    @Override
    public int hashCode() {
        return call.hashCode();
    }

    @Override
    public String toString() {
        return alias.name();
    }

    @Override
    public String sql() {
        return alias.name();
    }
}
