package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockLength;
import org.apache.spark.sql.catalyst.expressions.InputFileBlockStart;
import org.apache.spark.sql.catalyst.expressions.InputFileName;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sample;

/**
 * Moves {@code input_file_name()} and its kin below the calls of a plan.
 *
 * <p>They tell which file the scan reads at this moment. A batch of rows has been read in full before its first row goes
 * on, so above the operator they would tell the file of a later row. Delta finds the files of UPDATE and DELETE by them.
 */
final class InputFileColumns {
    private final Map<Expression, Alias> columns = new LinkedHashMap<>();

    private InputFileColumns() {}

    /** The same plan, in which no such function stands above a call that reads the same rows. */
    static LogicalPlan belowCalls(LogicalPlan plan) {
        LogicalPlan node = plan.mapChildren(child -> belowCalls(child));
        if (node.children().size() != 1
                || !ModelCalls.in(node)
                || Seqs.<Expression>list(node.expressions()).stream()
                        .noneMatch(e -> ModelCalls.exists(e, InputFileColumns::tellsFile))) {
            return node;
        }
        InputFileColumns files = new InputFileColumns();
        LogicalPlan reading = node.mapExpressions(e -> files.asColumns(e));
        LogicalPlan moved = reading.withNewChildren(Seqs.<LogicalPlan>of(
                List.of(files.provide(Seqs.<LogicalPlan>list(node.children()).get(0)))));
        return moved.output().equals(node.output())
                ? moved
                : new Project(Seqs.of(Seqs.<NamedExpression>list(node.output())), moved);
    }

    private static boolean tellsFile(Expression expression) {
        return expression instanceof InputFileName
                || expression instanceof InputFileBlockStart
                || expression instanceof InputFileBlockLength;
    }

    private Expression asColumns(Expression expression) {
        if (tellsFile(expression)) {
            return (Expression)
                    columns.computeIfAbsent(expression, e -> PredictionLifting.alias(e, "file" + columns.size()))
                            .toAttribute();
        }
        return expression.mapChildren(child -> asColumns(child));
    }

    /** Adds the columns to {@code plan}, below its calls but above the conditions that a scan may take over. */
    private LogicalPlan provide(LogicalPlan plan) {
        if (ModelCalls.in(plan)) {
            if (plan instanceof Project project) {
                List<NamedExpression> list = new ArrayList<>(Seqs.<NamedExpression>list(project.projectList()));
                columns.values().forEach(column -> list.add(column.toAttribute()));
                return new Project(Seqs.of(list), provide(project.child()));
            } else if (plan instanceof Filter filter && filter.condition().deterministic()) {
                List<Expression> conjuncts = PredictionLifting.conjuncts(filter.condition());
                List<Expression> plain = conjuncts.stream()
                        .filter(e -> !ModelCalls.exists(e, call -> call instanceof ModelCall))
                        .toList();
                List<Expression> predicted =
                        conjuncts.stream().filter(e -> !plain.contains(e)).toList();
                LogicalPlan below =
                        plain.isEmpty() ? filter.child() : new Filter(PredictionLifting.and(plain), filter.child());
                LogicalPlan provided = provide(below);
                return predicted.isEmpty() ? provided : new Filter(PredictionLifting.and(predicted), provided);
            } else if (plan instanceof Filter || plan instanceof LocalLimit || plan instanceof Sample) {
                LogicalPlan below = Seqs.<LogicalPlan>list(plan.children()).get(0);
                return plan.withNewChildren(Seqs.<LogicalPlan>of(List.of(provide(below))));
            }
        }
        List<NamedExpression> all = new ArrayList<>(Seqs.<NamedExpression>list(plan.output()));
        all.addAll(columns.values());
        return new Project(Seqs.of(all), plan);
    }
}
