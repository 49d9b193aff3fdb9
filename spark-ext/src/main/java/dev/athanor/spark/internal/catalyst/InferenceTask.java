package dev.athanor.spark.internal.catalyst;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.apache.spark.util.TaskCompletionListener;
import scala.collection.AbstractIterator;
import scala.collection.Iterator;
import scala.runtime.AbstractFunction2;

/** The work of {@link BatchInferenceExec} on one partition. */
final class InferenceTask extends AbstractFunction2<Object, Iterator<Object>, Iterator<InternalRow>>
        implements Serializable {
    private static final long serialVersionUID = 1L;

    /** A batch starts small, so that a query with LIMIT computes little too much, and doubles up to its capacity. */
    private static final int FIRST_BATCH_ROWS = 16;

    private final InferencePlan plan;
    private final boolean columnar;

    InferenceTask(InferencePlan plan, boolean columnar) {
        this.plan = plan;
        this.columnar = columnar;
    }

    @Override
    public Iterator<InternalRow> apply(Object partition, Iterator<Object> input) {
        if (!input.hasNext()) {
            return scala.collection.Iterator$.MODULE$.empty();
        }
        Results results = columnar ? new OfColumns(plan, input) : new OfRows(plan, input);
        results.start((Integer) partition);
        return results;
    }

    /** Predicts a batch whenever the rows of the last one are used up. */
    private abstract static class Results extends AbstractIterator<InternalRow> {
        final List<CallRunner> calls;
        private final InferencePlan plan;
        private final UnsafeProjection projection;
        private final JoinedRow joined = new JoinedRow();
        private final Object[] values;
        private final InternalRow valueRow;
        private int batchRows = FIRST_BATCH_ROWS;
        private int rows;
        private int row;
        private long engineNanos;
        private long tokens;

        Results(InferencePlan plan, List<org.apache.spark.sql.catalyst.expressions.Attribute> columns) {
            this.plan = plan;
            this.calls = plan.calls().stream()
                    .map(call -> new CallRunner(call, plan.ordinals(call), plan.batchRows()))
                    .toList();
            this.projection = UnsafeProjection.create(
                    Seqs.of(plan.projectList().stream()
                            .map(item -> (Expression) item)
                            .toList()),
                    Seqs.of(plan.joined(columns)));
            this.values = new Object[calls.size()];
            this.valueRow = new GenericInternalRow(values);
        }

        void start(int partition) {
            projection.initialize(partition);
            TaskContext task = TaskContext.get();
            if (task != null) {
                task.addTaskCompletionListener((TaskCompletionListener) context -> close());
            }
        }

        private void close() {
            for (CallRunner call : calls) {
                plan.metrics().arenaBytes().add(call.arenaBytes());
                call.close();
            }
        }

        /** Appends up to {@code most} rows to the calls; stops early where {@link #full} says so. Returns how many. */
        abstract int fill(int most);

        /** The carried columns of a row of the batch filled last. */
        abstract InternalRow carried(int row);

        final boolean full(int filled, long carriedBytes) {
            long bytes = carriedBytes;
            for (CallRunner call : calls) {
                bytes += call.bytes();
            }
            return filled > 0 && bytes >= RowBatches.MAX_BATCH_BYTES;
        }

        @Override
        public boolean hasNext() {
            return row < rows || nextBatch();
        }

        @Override
        public InternalRow next() {
            if (!hasNext()) {
                throw new java.util.NoSuchElementException("no row left");
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = calls.get(i).value(row);
            }
            return projection.apply(joined.apply(carried(row++), valueRow));
        }

        private boolean nextBatch() {
            int most = batchRows;
            for (CallRunner call : calls) {
                call.clear();
                most = Math.min(most, call.capacity());
            }
            rows = fill(most);
            row = 0;
            if (rows == 0) {
                return false;
            }
            batchRows = Math.min(batchRows * 2, plan.batchRows());
            calls.forEach(CallRunner::predict);
            count();
            return true;
        }

        private void count() {
            long nanos = 0;
            long read = 0;
            long errors = 0;
            long truncated = 0;
            for (CallRunner call : calls) {
                nanos += call.engineNanos();
                read += call.tokens();
                for (int i = 0; i < rows; i++) {
                    errors += call.failed(i) ? 1 : 0;
                    truncated += call.truncated(i) ? 1 : 0;
                }
            }
            plan.metrics().engineNanos().add(nanos - engineNanos);
            engineNanos = nanos;
            plan.metrics().tokens().add(read - tokens);
            tokens = read;
            plan.metrics().rows().add(rows);
            plan.metrics().batches().add(calls.size());
            plan.metrics().errors().add(errors);
            plan.metrics().truncated().add(truncated);
        }
    }

    /** Rows of the input are overwritten when the next is asked for, so the columns still needed are copied. */
    private static final class OfRows extends Results {
        private final Iterator<Object> input;
        private final UnsafeProjection carry;
        private final RowBuffer carriedRows;

        OfRows(InferencePlan plan, Iterator<Object> input) {
            super(plan, plan.carried());
            this.input = input;
            this.carry = UnsafeProjection.create(
                    Seqs.of(plan.carried().stream().map(a -> (Expression) a).toList()), Seqs.of(plan.input()));
            this.carriedRows = new RowBuffer(plan.carried().size());
        }

        @Override
        int fill(int most) {
            carriedRows.clear();
            int filled = 0;
            while (filled < most && !full(filled, carriedRows.bytes()) && input.hasNext()) {
                InternalRow next = (InternalRow) input.next();
                for (CallRunner call : calls) {
                    call.append(next);
                }
                carriedRows.append(carry.apply(next));
                filled++;
            }
            return filled;
        }

        @Override
        UnsafeRow carried(int row) {
            return carriedRows.get(row);
        }
    }

    /** A batch of column vectors stays as it is until the next is asked for, so nothing is copied. */
    private static final class OfColumns extends Results {
        private final Iterator<Object> input;
        private ColumnarBatch columns;
        private int from;
        private int to;

        OfColumns(InferencePlan plan, Iterator<Object> input) {
            super(plan, plan.input());
            this.input = input;
        }

        @Override
        int fill(int most) {
            from = to;
            while (columns == null || from >= columns.numRows()) {
                if (!input.hasNext()) {
                    return 0;
                }
                columns = (ColumnarBatch) input.next();
                from = 0;
                to = 0;
            }
            int end = Math.min(columns.numRows(), from + most);
            while (to < end && !full(to - from, 0)) {
                InternalRow next = columns.getRow(to);
                for (CallRunner call : calls) {
                    call.append(columns, to, next);
                }
                to++;
            }
            return to - from;
        }

        @Override
        InternalRow carried(int row) {
            return columns.getRow(from + row);
        }
    }
}
