package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;

/** Finds the inference operators of a query's physical plan, through adaptive execution. */
final class Operators {
    private Operators() {}

    static SparkPlan plan(Dataset<Row> rows) {
        return ((org.apache.spark.sql.classic.Dataset<Row>) rows)
                .queryExecution()
                .executedPlan();
    }

    static List<BatchInferenceExec> in(Dataset<Row> rows) {
        return in(plan(rows));
    }

    static List<BatchInferenceExec> in(SparkPlan plan) {
        List<BatchInferenceExec> found = new ArrayList<>();
        collect(plan, found);
        return found;
    }

    private static void collect(SparkPlan plan, List<BatchInferenceExec> into) {
        if (plan instanceof BatchInferenceExec operator) {
            into.add(operator);
        } else if (plan instanceof AdaptiveSparkPlanExec adaptive) {
            collect(adaptive.executedPlan(), into);
        } else if (plan instanceof QueryStageExec stage) {
            collect(stage.plan(), into);
        }
        Seqs.<SparkPlan>list(plan.children()).forEach(child -> collect(child, into));
    }
}
