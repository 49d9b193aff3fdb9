package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.SparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Map$;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Runs models over the rows of its child, many at a time: reads the features from rows or column vectors, predicts, and
 * puts out a projection of the child's columns and the results, in the child's order.
 */
public final class BatchInferenceExec extends SparkPlan {
    private static final long serialVersionUID = 1L;

    static final String ROWS = "numOutputRows";
    static final String BATCHES = "numBatches";
    static final String ENGINE_TIME = "engineTime";
    static final String ARENA = "arenaBytes";
    static final String ERRORS = "numErrorRows";
    static final String TRUNCATED = "numTruncatedTexts";
    static final String TOKENS = "numTokens";

    private final Seq<ModelCall> calls;
    private final Seq<Attribute> results;
    private final Seq<NamedExpression> projectList;
    private final SparkPlan child;
    private final int batchRows;
    private final boolean columnarInput;
    private transient scala.collection.immutable.Map<String, SQLMetric> metrics;

    /**
     * @param calls calls whose features are attributes of the child
     * @param results one attribute for each call
     * @param projectList what to put out, over the child's columns and the results
     * @param child where the features come from
     * @param batchRows most rows predicted at once
     * @param columnarInput whether the child is asked for column vectors
     */
    public BatchInferenceExec(
            Seq<ModelCall> calls,
            Seq<Attribute> results,
            Seq<NamedExpression> projectList,
            SparkPlan child,
            int batchRows,
            boolean columnarInput) {
        this.calls = calls;
        this.results = results;
        this.projectList = projectList;
        this.child = child;
        this.batchRows = batchRows;
        this.columnarInput = columnarInput;
    }

    List<ModelCall> calls() {
        return Seqs.list(calls);
    }

    SparkPlan child() {
        return child;
    }

    boolean columnarInput() {
        return columnarInput;
    }

    /** Numbers in the vectors of one row that some call reads. */
    long rowNumbers() {
        return calls().stream()
                .mapToLong(call -> call.model().vectorNumbers())
                .max()
                .orElse(0);
    }

    BatchInferenceExec readingColumnsOf(SparkPlan columnar) {
        BatchInferenceExec same = new BatchInferenceExec(calls, results, projectList, columnar, batchRows, true);
        same.copyTagsFrom(this);
        return same;
    }

    @Override
    public Seq<Attribute> output() {
        return Seqs.of(Seqs.<NamedExpression>list(projectList).stream()
                .map(NamedExpression::toAttribute)
                .toList());
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(Seqs.of(Seqs.<Expression>list(results)))
                .$plus$plus(AttributeSet.apply(Seqs.of(Seqs.<Expression>list(output()))));
    }

    @Override
    public Partitioning outputPartitioning() {
        return child.outputPartitioning();
    }

    @Override
    public Seq<SortOrder> outputOrdering() {
        return child.outputOrdering();
    }

    @Override
    public synchronized scala.collection.immutable.Map<String, SQLMetric> metrics() {
        if (metrics == null) {
            SparkContext context = sparkContext();
            Map<String, SQLMetric> all = new LinkedHashMap<>();
            all.put(ROWS, SQLMetrics.createMetric(context, "number of output rows"));
            all.put(BATCHES, SQLMetrics.createMetric(context, "number of batches"));
            all.put(ERRORS, SQLMetrics.createMetric(context, "number of rows without prediction"));
            all.put(TRUNCATED, SQLMetrics.createMetric(context, "number of truncated texts"));
            all.put(TOKENS, SQLMetrics.createMetric(context, "number of tokens"));
            all.put(ENGINE_TIME, SQLMetrics.createNanoTimingMetric(context, "engine time", -1));
            all.put(ARENA, SQLMetrics.createSizeMetric(context, "arena bytes", -1));
            metrics = Map$.MODULE$.from(CollectionConverters.asScala(all));
        }
        return metrics;
    }

    @Override
    public RDD<InternalRow> doExecute() {
        InferencePlan plan = new InferencePlan(
                Seqs.list(calls),
                Seqs.list(results),
                Seqs.list(projectList),
                Seqs.list(child.output()),
                batchRows,
                new InferenceMetrics(
                        longMetric(ROWS),
                        longMetric(BATCHES),
                        longMetric(ERRORS),
                        longMetric(TRUNCATED),
                        longMetric(TOKENS),
                        longMetric(ENGINE_TIME),
                        longMetric(ARENA)));
        ScanRows.fit(child, rowNumbers());
        // Scala's RDD of batches and of rows are one class to Java; the plan knows which it reads.
        @SuppressWarnings({"unchecked", "rawtypes"})
        RDD<Object> input = columnarInput ? (RDD) child.executeColumnar() : (RDD) child.execute();
        return input.mapPartitionsWithIndex(
                new InferenceTask(plan, columnarInput), true, ClassTag$.MODULE$.apply(InternalRow.class));
    }

    @Override
    public Seq<SparkPlan> children() {
        return Seqs.of(child);
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> newChildren) {
        return new BatchInferenceExec(calls, results, projectList, newChildren.head(), batchRows, columnarInput);
    }

    /** For EXPLAIN: what is called and put out, with which kernels and why, and how rows are read. */
    @Override
    public String argString(int maxFields) {
        List<Attribute> names = Seqs.list(results);
        List<String> parts = new ArrayList<>();
        Set<String> kernels = new LinkedHashSet<>();
        for (ModelCall call : Seqs.<ModelCall>list(calls)) {
            parts.add(call + " AS " + names.get(parts.size()) + call.fieldsRead());
            kernels.add(call.model().kernelsDescription());
        }
        String output = Seqs.<NamedExpression>list(projectList).stream()
                .map(Object::toString)
                .collect(Collectors.joining(", ", "[", "]"));
        return parts + ", output: " + output + ", kernels: " + String.join("; ", kernels) + ", batch rows: " + batchRows
                + ", input: " + (columnarInput ? "columns" : "rows") + ScanRows.describe(child, rowNumbers());
    }

    @Override
    public int productArity() {
        return 6;
    }

    @Override
    public Object productElement(int i) {
        return switch (i) {
            case 0 -> calls;
            case 1 -> results;
            case 2 -> projectList;
            case 3 -> child;
            case 4 -> batchRows;
            case 5 -> columnarInput;
            default -> throw new IndexOutOfBoundsException(i);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof BatchInferenceExec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BatchInferenceExec that
                && calls.equals(that.calls)
                && results.equals(that.results)
                && projectList.equals(that.projectList)
                && child.equals(that.child)
                && batchRows == that.batchRows
                && columnarInput == that.columnarInput;
    }

    @Override
    public int hashCode() {
        return Objects.hash(calls, results, projectList, child);
    }
}
