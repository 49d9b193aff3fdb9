package dev.athanor.spark.internal.catalyst;

import dev.athanor.spark.conf.AthanorConf;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.collection.immutable.Seq;

/** Plans {@link BatchInference}, together with the projection above it, so that columns nobody reads are not copied. */
final class BatchInferenceStrategy extends SparkStrategy {
    private final SparkSession session;

    BatchInferenceStrategy(SparkSession session) {
        this.session = session;
    }

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
        if (plan instanceof Project project && project.child() instanceof BatchInference inference) {
            return plan(inference, project.projectList());
        } else if (plan instanceof BatchInference inference) {
            return plan(inference, Seqs.of(Seqs.<NamedExpression>list(inference.output())));
        }
        return Seqs.of();
    }

    private Seq<SparkPlan> plan(BatchInference inference, Seq<NamedExpression> output) {
        int batchRows = inference.calls().stream()
                .mapToInt(call -> call.model().mostRows())
                .reduce(AthanorConf.of(session).get(AthanorConf.INFERENCE_BATCH_ROWS), Math::min);
        return Seqs.of(new BatchInferenceExec(
                Seqs.of(inference.calls()),
                Seqs.of(inference.results()),
                output,
                planLater(inference.child()),
                batchRows,
                false));
    }
}
