package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.table.RowSource;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.TaskContext;

/**
 * What to do with the rows of one partition; runs inside a task.
 *
 * @param <T> results
 */
@FunctionalInterface
public interface RowBatchFunction<T> extends Serializable {
    /**
     * @param rows the rows of the partition, once and in order; valid until the returned iterator is exhausted
     * @param context the running task
     */
    Iterator<T> apply(RowSource rows, TaskContext context) throws Exception;
}
