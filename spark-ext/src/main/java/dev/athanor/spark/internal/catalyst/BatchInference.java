package dev.athanor.spark.internal.catalyst;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** Adds the results of calls of models, whose arguments are columns of the child, to each row of the child. */
public final class BatchInference extends LogicalPlan {
    private final Seq<ModelCall> calls;
    private final Seq<Attribute> results;
    private final LogicalPlan child;

    /**
     * @param calls calls whose features are attributes of the child
     * @param results one attribute for each call
     * @param child where the features come from
     */
    public BatchInference(Seq<ModelCall> calls, Seq<Attribute> results, LogicalPlan child) {
        this.calls = calls;
        this.results = results;
        this.child = child;
    }

    List<ModelCall> calls() {
        return Seqs.list(calls);
    }

    List<Attribute> results() {
        return Seqs.list(results);
    }

    LogicalPlan child() {
        return child;
    }

    BatchInference withCalls(List<ModelCall> newCalls) {
        return new BatchInference(Seqs.of(newCalls), results, child);
    }

    BatchInference withChild(LogicalPlan newChild) {
        return new BatchInference(calls, results, newChild);
    }

    @Override
    public Seq<Attribute> output() {
        List<Attribute> all = new ArrayList<>(Seqs.list(child.output()));
        all.addAll(results());
        return Seqs.of(all);
    }

    @Override
    public AttributeSet producedAttributes() {
        return AttributeSet.apply(Seqs.of(results()));
    }

    @Override
    public scala.Option<Object> maxRows() {
        return child.maxRows();
    }

    @Override
    public Seq<LogicalPlan> children() {
        return Seqs.of(child);
    }

    @Override
    public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> newChildren) {
        return withChild(newChildren.head());
    }

    @Override
    public int productArity() {
        return 3;
    }

    @Override
    public Object productElement(int i) {
        return switch (i) {
            case 0 -> calls;
            case 1 -> results;
            case 2 -> child;
            default -> throw new IndexOutOfBoundsException(i);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof BatchInference;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BatchInference that
                && calls.equals(that.calls)
                && results.equals(that.results)
                && child.equals(that.child);
    }

    @Override
    public int hashCode() {
        return Objects.hash(calls, results, child);
    }
}
