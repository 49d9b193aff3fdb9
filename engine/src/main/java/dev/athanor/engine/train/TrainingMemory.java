package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.nn.NetworkSize;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.LabelPlan;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Locale;

/**
 * What training a network takes of the heap, at least.
 *
 * @param weights bytes of the parameters, the optimizer's two moments, the best epoch's copy and the gradients
 * @param batch bytes of the rows of one step and their gradients, over all threads
 * @param buffers bytes of the rows that are validated at once, over all threads
 */
record TrainingMemory(long weights, long batch, long buffers) {
    private static final int FLOAT = 4;
    private static final double GIB = 1 << 30;

    static TrainingMemory of(NetworkSpec spec, FitOptions options) {
        return of(NetworkSize.of(spec), spec.inputs(), options);
    }

    static TrainingMemory of(NetworkSize size, InputLayout inputs, FitOptions options) {
        // A table's gradient holds only the rows that a batch touched.
        long weights = size.dense() * (4L + options.threads()) + size.tables() * 4L;
        return new TrainingMemory(
                weights * FLOAT,
                2 * size.perRow() * options.recipe().batchSize() * FLOAT,
                (long) options.threads() * Validator.batchRows(inputs) * inputs.rowBytes());
    }

    /** What of the heap was not in use when the collector last looked. */
    static long available() {
        long used = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage live = pool.getType() == MemoryType.HEAP ? pool.getCollectionUsage() : null;
            used += live == null ? 0 : live.getUsed();
        }
        return Runtime.getRuntime().maxMemory() - used;
    }

    boolean fits(long available) {
        return all() <= available;
    }

    /**
     * @param label whose classes may be why, or null
     * @throws AthanorException when it is more than {@code available}
     */
    void require(long available, long rows, LabelPlan label) {
        if (fits(available)) {
            return;
        }
        String need = "the model would need " + gib(all()) + " of memory, and the heap has " + gib(available);
        if (batch > weights) {
            throw new AthanorException(
                    "Cannot train model",
                    need + ": " + gib(batch) + " of it for the rows of one batch",
                    "Give a smaller --batch-size, or a larger heap: " + larger());
        }
        int classes = label == null ? 0 : label.classes().size();
        throw new AthanorException(
                "Cannot train model",
                classes > 0
                        ? String.format(
                                Locale.ROOT, "%s has %,d classes in %,d rows, %s", label.column(), classes, rows, need)
                        : need,
                (classes > 0
                                ? "Name a label with fewer distinct values, or give a larger heap: "
                                : "Give a larger heap: ")
                        + larger());
    }

    private long all() {
        return weights + batch + buffers;
    }

    private String larger() {
        return String.format(Locale.ROOT, "ATHANOR_JAVA_OPTS=-Xmx%.0fg", Math.ceil(all() * 1.5 / GIB + 1));
    }

    private static String gib(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }
}
