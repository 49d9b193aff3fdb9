package dev.athanor.spark.internal.catalyst;

import dev.athanor.spark.conf.AthanorConf;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.optimizer.ColumnPruning$;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Subquery;
import org.apache.spark.sql.catalyst.rules.Rule;

/**
 * Optimizer rule: moves calls of models out of expressions into {@link BatchInference} nodes.
 *
 * <p>Runs once, after filters and columns were pushed down and before scans are built, so that a prediction is made for
 * the rows that are left only. Correlated subqueries are left alone until they have become joins.
 */
public final class LiftPredictions extends Rule<LogicalPlan> {
    private final SparkSession session;

    LiftPredictions(SparkSession session) {
        this.session = session;
    }

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
        if (!ModelCalls.in(plan) || (plan instanceof Subquery subquery && subquery.correlated())) {
            return plan;
        }
        if (!AthanorConf.of(session).get(AthanorConf.INFERENCE_OPERATOR)) {
            return markAll(plan, AthanorConf.INFERENCE_OPERATOR.name() + " is false");
        }
        LogicalPlan lifted = PredictionLifting.lift(InputFileColumns.belowCalls(plan));
        return ColumnPruning$.MODULE$.apply(NeededFields.limit(lifted));
    }

    private static LogicalPlan markAll(LogicalPlan plan, String reason) {
        LogicalPlan marked = plan instanceof Command ? plan : plan.mapExpressions(e -> ModelCalls.mark(e, reason));
        return marked.mapChildren(child -> markAll(child, reason));
    }
}
