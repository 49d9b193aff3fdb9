package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.LambdaFunction;
import org.apache.spark.sql.catalyst.expressions.NamedLambdaVariable;
import org.apache.spark.sql.catalyst.expressions.OuterReference;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** Finds and replaces calls of models in expressions and plans. */
final class ModelCalls {
    private ModelCalls() {}

    /** Whether a call that is not lifted stands anywhere in the plan or its subqueries. */
    static boolean in(LogicalPlan plan) {
        for (Expression expression : Seqs.<Expression>list(plan.expressions())) {
            if ((!(plan instanceof BatchInference) && exists(expression, e -> e instanceof ModelCall))
                    || exists(expression, e -> e instanceof SubqueryExpression sub && in(sub.plan()))) {
                return true;
            }
        }
        for (LogicalPlan child : Seqs.<LogicalPlan>list(plan.children())) {
            if (in(child)) {
                return true;
            }
        }
        return false;
    }

    static boolean exists(Expression expression, Predicate<Expression> test) {
        if (test.test(expression)) {
            return true;
        }
        for (Expression child : Seqs.<Expression>list(expression.children())) {
            if (exists(child, test)) {
                return true;
            }
        }
        return false;
    }

    /** All calls in an expression that may be lifted, inner ones first. */
    static List<ModelCall> liftable(Expression expression) {
        List<ModelCall> found = new ArrayList<>();
        collect(expression, found);
        return found;
    }

    private static void collect(Expression expression, List<ModelCall> into) {
        for (Expression child : Seqs.<Expression>list(expression.children())) {
            collect(child, into);
        }
        if (expression instanceof ModelCall call && obstacle(call).isEmpty() && !refersOutside(call)) {
            into.add(call);
        }
    }

    /** Why a call must be evaluated where it stands, or empty. */
    static String obstacle(ModelCall call) {
        if (!call.rowReason().isEmpty()) {
            return call.rowReason();
        }
        if (!call.deterministic()) {
            return "an argument is not deterministic";
        }
        return unboundLambdaVariable(call) ? "an argument is a variable of a lambda" : "";
    }

    private static boolean refersOutside(ModelCall call) {
        return exists(call, e -> e instanceof OuterReference);
    }

    private static boolean unboundLambdaVariable(Expression call) {
        Set<ExprId> bound = new HashSet<>();
        exists(call, e -> {
            if (e instanceof LambdaFunction lambda) {
                lambda.arguments().foreach(argument -> bound.add(argument.exprId()));
            }
            return false;
        });
        return exists(call, e -> e instanceof NamedLambdaVariable variable && !bound.contains(variable.exprId()));
    }

    /**
     * Replaces calls by the attributes that hold their results, inner calls first.
     *
     * @param results attribute by canonical call
     */
    static Expression replace(Expression expression, Map<Expression, Attribute> results) {
        if (results.isEmpty()) {
            return expression;
        }
        Expression inner = expression.mapChildren(child -> replace(child, results));
        if (inner instanceof ModelCall call) {
            Attribute result = results.get(call.canonicalized());
            return result == null ? inner : result;
        }
        return inner;
    }

    /** Marks every call that is left in an expression with the reason why it stays. */
    static Expression mark(Expression expression, String reason) {
        if (!exists(expression, e -> e instanceof ModelCall)) {
            return expression;
        }
        Expression inner = expression.mapChildren(child -> mark(child, reason));
        if (inner instanceof ModelCall call && call.rowReason().isEmpty()) {
            String own = obstacle(call);
            return refersOutside(call) ? call : call.withRowReason(own.isEmpty() ? reason : own);
        }
        return inner;
    }
}
