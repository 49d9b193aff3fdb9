package dev.athanor.spark.internal.catalyst;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.types.DataType;

/**
 * What a task of {@link BatchInferenceExec} needs to know.
 *
 * @param calls calls over columns of the input
 * @param results one attribute for each call
 * @param projectList what to put out
 * @param input columns of the input
 * @param batchRows most rows predicted at once
 */
record InferencePlan(
        List<ModelCall> calls,
        List<Attribute> results,
        List<NamedExpression> projectList,
        List<Attribute> input,
        int batchRows,
        InferenceMetrics metrics)
        implements Serializable {

    /** Columns of the input that are read again after the prediction. */
    List<Attribute> carried() {
        AttributeSet read = AttributeSet.apply(
                Seqs.of(projectList.stream().map(item -> (Expression) item).toList()));
        return input.stream().filter(read::contains).toList();
    }

    /** Place in the input of each feature of a call. */
    int[] ordinals(ModelCall call) {
        List<ExprId> ids = input.stream().map(NamedExpression::exprId).toList();
        return call.features().stream()
                .mapToInt(feature -> ids.indexOf(((Attribute) feature).exprId()))
                .toArray();
    }

    static List<DataType> types(ModelCall call) {
        return call.features().stream().map(Expression::dataType).toList();
    }

    /** The given columns, then the results: what {@code projectList} is bound to. */
    List<Attribute> joined(List<Attribute> columns) {
        List<Attribute> all = new ArrayList<>(columns);
        all.addAll(results);
        return all;
    }
}
