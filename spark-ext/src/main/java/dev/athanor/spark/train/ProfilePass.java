package dev.athanor.spark.train;

import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.spark.internal.catalyst.RowBatches;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * Learns what encoding needs from all rows, each partition by its own task.
 *
 * <p>States are merged in the order of the partitions, never in the order in which tasks happen to finish: sums of
 * floating-point numbers depend on their order, and the same rows must give the same model bit for bit.
 */
public final class ProfilePass {
    private static final int CAPACITY = 1024;
    /** Up to this many states the driver merges by itself. */
    private static final int DRIVER_STATES = 64;

    private ProfilePass() {}

    /**
     * @param data rows; columns are found by the names of the specs
     * @param features feature columns
     * @param label label column
     * @return the profiler that has seen every row
     */
    public static TableProfiler run(Dataset<Row> data, List<ColumnSpec> features, ColumnSpec label) {
        JavaRDD<byte[]> states = RowBatches.mapPartitions(data, features, label, CAPACITY, (rows, task) -> {
            TableProfiler profiler = new TableProfiler(features, label);
            RowBatch batch = new RowBatch(features, label, CAPACITY);
            while (rows.next(batch)) {
                profiler.accept(batch);
            }
            return List.of(profiler.toBytes()).iterator();
        });
        TableProfiler merged = new TableProfiler(features, label);
        for (byte[] state : grouped(states).collect()) {
            merged.merge(TableProfiler.fromBytes(state));
        }
        return merged;
    }

    /** Many states, merged on the executors into about the square root of their number; the order stays. */
    private static JavaRDD<byte[]> grouped(JavaRDD<byte[]> states) {
        int count = states.getNumPartitions();
        if (count <= DRIVER_STATES) {
            return states;
        }
        int size = (int) Math.ceil(Math.sqrt(count));
        int groups = (count + size - 1) / size;
        return states.mapPartitionsWithIndex(ProfilePass::number, true)
                .mapToPair(s -> new Tuple2<>(s._1() / size, s))
                .groupByKey(groups)
                .mapValues(ProfilePass::mergeInOrder)
                .sortByKey()
                .values();
    }

    private static Iterator<Tuple2<Integer, byte[]>> number(int index, Iterator<byte[]> states) {
        List<Tuple2<Integer, byte[]>> numbered = new ArrayList<>();
        states.forEachRemaining(state -> numbered.add(new Tuple2<>(index, state)));
        return numbered.iterator();
    }

    private static byte[] mergeInOrder(Iterable<Tuple2<Integer, byte[]>> states) {
        List<Tuple2<Integer, byte[]>> ordered = new ArrayList<>();
        states.forEach(ordered::add);
        ordered.sort(Comparator.comparing(Tuple2::_1));
        TableProfiler merged = TableProfiler.fromBytes(ordered.get(0)._2());
        for (Tuple2<Integer, byte[]> state : ordered.subList(1, ordered.size())) {
            merged.merge(TableProfiler.fromBytes(state._2()));
        }
        return merged.toBytes();
    }
}
