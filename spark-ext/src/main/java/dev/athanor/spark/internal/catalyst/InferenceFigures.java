package dev.athanor.spark.internal.catalyst;

import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.execution.metric.SQLMetric;

/**
 * What the inference operators of a query counted, all its tasks together.
 *
 * @param rows predicted
 * @param errors rows without prediction
 * @param tokens of texts, read and written; 0 for models that read none by tokens
 * @param engineSeconds spent encoding and in kernels, all threads together
 * @param arenaBytes held by all tasks together
 */
public record InferenceFigures(long rows, long errors, long tokens, double engineSeconds, long arenaBytes) {
    /** Of a Dataset that was run before: the figures of its last run; zeros where it has no inference operator. */
    public static InferenceFigures of(Dataset<Row> query) {
        return of(((org.apache.spark.sql.classic.Dataset<Row>) query)
                .queryExecution()
                .executedPlan());
    }

    private static InferenceFigures of(SparkPlan plan) {
        if (plan instanceof AdaptiveSparkPlanExec adaptive) {
            return of(adaptive.executedPlan());
        }
        if (plan instanceof QueryStageExec stage) {
            return of(stage.plan());
        }
        InferenceFigures sum = plan instanceof BatchInferenceExec ? counted(plan) : new InferenceFigures(0, 0, 0, 0, 0);
        for (SparkPlan child : Seqs.<SparkPlan>list(plan.children())) {
            sum = sum.plus(of(child));
        }
        return sum;
    }

    private static InferenceFigures counted(SparkPlan operator) {
        Map<String, SQLMetric> metrics = scala.jdk.javaapi.CollectionConverters.asJava(operator.metrics());
        return new InferenceFigures(
                metrics.get(BatchInferenceExec.ROWS).value(),
                metrics.get(BatchInferenceExec.ERRORS).value(),
                metrics.get(BatchInferenceExec.TOKENS).value(),
                metrics.get(BatchInferenceExec.ENGINE_TIME).value() / 1e9,
                metrics.get(BatchInferenceExec.ARENA).value());
    }

    private InferenceFigures plus(InferenceFigures other) {
        return new InferenceFigures(
                rows + other.rows,
                errors + other.errors,
                tokens + other.tokens,
                engineSeconds + other.engineSeconds,
                arenaBytes + other.arenaBytes);
    }
}
