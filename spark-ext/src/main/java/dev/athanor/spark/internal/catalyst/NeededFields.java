package dev.athanor.spark.internal.catalyst;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/**
 * Notes on each call which fields of its result the plan reads, so that the operator does not build maps of
 * probabilities that nobody looks at.
 */
final class NeededFields {
    // Results of calls, and columns that are another name for one.
    private final Map<ExprId, ExprId> origins = new HashMap<>();
    private final Map<ExprId, Integer> fields = new HashMap<>();

    private NeededFields() {}

    static LogicalPlan limit(LogicalPlan plan) {
        NeededFields needed = new NeededFields();
        needed.findResults(plan);
        if (needed.origins.isEmpty()) {
            return plan;
        }
        needed.readAll(plan);
        needed.visit(plan);
        return needed.rewrite(plan);
    }

    /** From the leaves up, so that the name of a name is found too. */
    private void findResults(LogicalPlan plan) {
        Seqs.<LogicalPlan>list(plan.children()).forEach(this::findResults);
        if (plan instanceof BatchInference inference) {
            inference.results().forEach(result -> {
                origins.put(result.exprId(), result.exprId());
                fields.put(result.exprId(), 0);
            });
        } else if (plan instanceof Project project) {
            for (Object item : Seqs.list(project.projectList())) {
                if (item instanceof Alias alias
                        && alias.child() instanceof Attribute source
                        && origins.containsKey(source.exprId())) {
                    origins.put(alias.exprId(), origins.get(source.exprId()));
                }
            }
        }
    }

    private void readAll(LogicalPlan plan) {
        Seqs.<Attribute>list(plan.output()).forEach(attribute -> read(attribute, InferenceModel.ALL_FIELDS));
    }

    private void read(Attribute attribute, int bits) {
        ExprId origin = origins.get(attribute.exprId());
        if (origin != null) {
            fields.merge(origin, bits, (a, b) -> a | b);
        }
    }

    private void visit(LogicalPlan plan) {
        List<LogicalPlan> children = Seqs.list(plan.children());
        if (!PredictionLifting.passesByAttribute(plan)) {
            children.forEach(this::readAll);
        }
        if (plan instanceof BatchInference inference) {
            inference.calls().forEach(this::expression);
        } else {
            for (Expression expression : Seqs.<Expression>list(plan.expressions())) {
                boolean passes = plan instanceof Project
                        && (expression instanceof Attribute
                                || (expression instanceof Alias alias && origins.containsKey(alias.exprId())));
                if (!passes) {
                    expression(expression);
                }
            }
        }
        children.forEach(this::visit);
    }

    private void expression(Expression expression) {
        if (expression instanceof GetStructField field && field.child() instanceof Attribute result) {
            read(result, 1 << field.ordinal());
        } else if (expression instanceof Attribute attribute) {
            read(attribute, InferenceModel.ALL_FIELDS);
        } else {
            Seqs.<Expression>list(expression.children()).forEach(this::expression);
        }
    }

    private LogicalPlan rewrite(LogicalPlan plan) {
        LogicalPlan below = plan.mapChildren(child -> rewrite(child));
        if (!(below instanceof BatchInference inference)) {
            return below;
        }
        List<Attribute> results = inference.results();
        List<ModelCall> calls = inference.calls();
        return inference.withCalls(java.util.stream.IntStream.range(0, calls.size())
                .mapToObj(i -> calls.get(i).withFields(fields.get(results.get(i).exprId())))
                .toList());
    }
}
