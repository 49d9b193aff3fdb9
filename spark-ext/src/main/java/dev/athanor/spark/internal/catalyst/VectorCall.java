package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import dev.athanor.udfs.VectorFunction;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.NullType;
import scala.Option;
import scala.Tuple3;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;

/** A {@link VectorFunction} in a query: reads {@code ARRAY<FLOAT>} without boxing its elements. */
public class VectorCall extends Expression implements CodegenFallback, java.io.Serializable {
    private static final long serialVersionUID = 1L;

    private final VectorFunction function;
    private final Seq<Expression> children;

    /** @param children two vectors */
    public VectorCall(VectorFunction function, Seq<Expression> children) {
        this.function = function;
        this.children = children;
    }

    static Tuple3<FunctionIdentifier, ExpressionInfo, scala.Function1<Seq<Expression>, Expression>> description(
            VectorFunction function) {
        return new Tuple3<>(
                new FunctionIdentifier(function.name(), Option.empty()),
                new ExpressionInfo(
                        function.getClass().getName(),
                        null,
                        function.name(),
                        function.doc(),
                        "",
                        SqlFunctions.example(
                                function.example().get(0), function.example().get(1)),
                        SqlFunctions.note(function.nulls()),
                        "",
                        "",
                        "",
                        "java_udf"),
                new AbstractFunction1<>() {
                    @Override
                    public Expression apply(Seq<Expression> arguments) {
                        return new VectorCall(function, checked(function, arguments));
                    }
                });
    }

    private static Seq<Expression> checked(VectorFunction function, Seq<Expression> arguments) {
        List<Expression> vectors = Seqs.list(arguments);
        boolean fit = vectors.size() == 2
                && vectors.stream().map(Expression::dataType).allMatch(VectorCall::isVector);
        if (!fit) {
            throw new AthanorException(
                    "Cannot call " + function.name(),
                    "its arguments are ("
                            + String.join(
                                    ", ",
                                    vectors.stream()
                                            .map(v -> v.dataType().catalogString())
                                            .toList())
                            + ")",
                    "Give two vectors of type array<float>; cast them where they are of another type");
        }
        return arguments;
    }

    private static boolean isVector(DataType type) {
        return type instanceof NullType
                || (type instanceof ArrayType array && array.elementType() instanceof FloatType);
    }

    @Override
    public boolean nullable() {
        return true;
    }

    @Override
    public boolean foldable() {
        return Seqs.<Expression>list(children).stream().allMatch(Expression::foldable);
    }

    @Override
    public DataType dataType() {
        return DataTypes.FloatType;
    }

    @Override
    public Object eval(InternalRow input) {
        ArrayData a = (ArrayData) children.apply(0).eval(input);
        ArrayData b = a == null ? null : (ArrayData) children.apply(1).eval(input);
        if (b == null) {
            return null;
        }
        function.requireSameLength(a.numElements(), b.numElements());
        if (hasNull(a) || hasNull(b)) {
            return null;
        }
        return function.apply(a.toFloatArray(), b.toFloatArray(), a.numElements());
    }

    private static boolean hasNull(ArrayData array) {
        for (int i = 0; i < array.numElements(); i++) {
            if (array.isNullAt(i)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public ExprCode doGenCode(CodegenContext context, ExprCode code) {
        return CodegenFallback.super.doGenCode(context, code);
    }

    @Override
    public String prettyName() {
        return function.name();
    }

    @Override
    public final Seq<Expression> children() {
        return children;
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
        return new VectorCall(function, newChildren);
    }

    @Override
    public int productArity() {
        return 2;
    }

    @Override
    public Object productElement(int i) {
        return i == 0 ? function : children;
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof VectorCall;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VectorCall that
                && function.name().equals(that.function.name())
                && children.equals(that.children);
    }

    @Override
    public int hashCode() {
        return Objects.hash(function.name(), children);
    }
}
