package dev.athanor.spark.internal.catalyst;

import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.execution.ColumnarRule;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.SparkPlan;

/** Lets {@link BatchInferenceExec} read column vectors itself, where Spark put a step that turns them into rows. */
final class ColumnarInferenceInput extends ColumnarRule {
    @Override
    public Rule<SparkPlan> postColumnarTransitions() {
        return new DropTransition();
    }

    private static final class DropTransition extends Rule<SparkPlan> {
        @Override
        public SparkPlan apply(SparkPlan plan) {
            SparkPlan below = plan.mapChildren(child -> apply(child));
            return below instanceof BatchInferenceExec inference && inference.child() instanceof ColumnarToRowExec toRow
                    ? inference.readingColumnsOf(toRow.child())
                    : below;
        }
    }
}
