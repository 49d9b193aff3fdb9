package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/** Takes calls over the results of an aggregation out of it, into a projection above: {@code predict('m', sum(x))}. */
final class AggregateSplit {
    private final List<Expression> grouping;
    private final List<NamedExpression> inside = new ArrayList<>();
    private final Map<Expression, Attribute> named = new LinkedHashMap<>();

    private AggregateSplit(Aggregate aggregate) {
        this.grouping = Seqs.list(aggregate.groupingExpressions());
    }

    /** The aggregation itself when none of its calls reads a result of it, else a projection over one that has none. */
    static LogicalPlan split(Aggregate aggregate) {
        AggregateSplit split = new AggregateSplit(aggregate);
        List<NamedExpression> items = Seqs.list(aggregate.aggregateExpressions());
        if (items.stream().noneMatch(item -> split.callsAbove((Expression) item))) {
            return aggregate;
        }
        List<NamedExpression> above = new ArrayList<>();
        for (NamedExpression item : items) {
            if (split.callsAbove((Expression) item)) {
                above.add((NamedExpression) split.pull((Expression) item));
            } else {
                split.inside.add(item);
                above.add(item.toAttribute());
            }
        }
        LogicalPlan inner = new Aggregate(
                aggregate.groupingExpressions(), Seqs.of(split.inside), aggregate.child(), aggregate.hint());
        return new Project(Seqs.of(above), inner);
    }

    private boolean belongs(Expression expression) {
        return expression instanceof AggregateExpression
                || grouping.stream().anyMatch(group -> group.semanticEquals(expression));
    }

    private boolean callsAbove(Expression expression) {
        if (belongs(expression)) {
            return false;
        }
        return expression instanceof ModelCall
                || Seqs.<Expression>list(expression.children()).stream().anyMatch(this::callsAbove);
    }

    /** Leaves of the aggregation become columns of it. */
    private Expression pull(Expression expression) {
        if (belongs(expression)) {
            return (Expression) named.computeIfAbsent(expression.canonicalized(), same -> {
                if (expression instanceof Attribute attribute) {
                    inside.add(attribute);
                    return attribute;
                }
                Alias alias = PredictionLifting.alias(expression, "aggregate" + named.size());
                inside.add(alias);
                return alias.toAttribute();
            });
        }
        return expression.mapChildren(child -> pull(child));
    }
}
