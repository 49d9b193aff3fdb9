package dev.athanor.engine.kernels.onednn;

import static dev.athanor.engine.kernels.onednn.OneDnn.check;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;

/**
 * What one thread needs to run products: a stream, rounded rows and sums outside the heap, and each product's arguments
 * over them. Grows to the largest product and then allocates nothing.
 */
final class Workspace {
    private static final int LINE = 64;

    private final OneDnn library;
    private final dnnl_stream stream;
    private final NativeObjects owned = new NativeObjects();
    private final Map<Product, Call> calls = new HashMap<>();
    private BytePointer scratch = new BytePointer(LINE);
    private BytePointer rows = new BytePointer(LINE);
    private BytePointer sums = new BytePointer(LINE);
    private ByteBuffer rowBytes = rows.asByteBuffer();
    private ByteBuffer sumBytes = sums.asByteBuffer();
    final float[] scales = new float[OneDnnKernels.ROWS];
    final int[] zeros = new int[OneDnnKernels.ROWS];

    Workspace(OneDnn library) {
        this.library = library;
        library.pin();
        this.stream = library.stream();
        owned.add(stream);
        owned.freeWith(this);
    }

    /** A product's arguments over this thread's memory. */
    private static final class Call {
        private final dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(4);
        private final dnnl_memory source;
        private final dnnl_memory result;
        private final dnnl_memory scratch;
        private final dnnl_exec_arg_t weights;

        private Call(dnnl_memory source, dnnl_memory result, dnnl_memory scratch) {
            this.source = source;
            this.result = result;
            this.scratch = scratch;
            weights = arguments.getPointer(0).arg(dnnl.DNNL_ARG_WEIGHTS);
            arguments.getPointer(1).arg(dnnl.DNNL_ARG_SRC).memory(source);
            arguments.getPointer(2).arg(dnnl.DNNL_ARG_DST).memory(result);
            arguments.getPointer(3).arg(dnnl.DNNL_ARG_SCRATCHPAD).memory(scratch);
        }

        private void point(Workspace to) {
            check("move memory", dnnl.dnnl_memory_set_data_handle(source, to.rows));
            check("move memory", dnnl.dnnl_memory_set_data_handle(result, to.sums));
            check("move memory", dnnl.dnnl_memory_set_data_handle(scratch, to.scratch));
        }
    }

    /** Where rows for a product go; valid until the next product. */
    ByteBuffer rowsFor(Product product) {
        if (!calls.containsKey(product)) {
            add(product);
        }
        return rowBytes;
    }

    private void add(Product product) {
        Call call = new Call(
                library.memory(product.source, rows),
                library.memory(product.result, sums),
                library.memory(product.scratch, scratch));
        owned.add(call.source);
        owned.add(call.result);
        owned.add(call.scratch);
        calls.put(product, call);
        rows = atLeast(rows, product.source);
        sums = atLeast(sums, product.result);
        scratch = atLeast(scratch, product.scratch);
        rowBytes = rows.asByteBuffer();
        sumBytes = sums.asByteBuffer();
        calls.values().forEach(c -> c.point(this));
    }

    private static BytePointer atLeast(BytePointer had, dnnl_memory_desc desc) {
        long size = dnnl.dnnl_memory_desc_get_size(desc);
        return had.capacity() >= size ? had : new BytePointer(Math.max(size, 2 * had.capacity()));
    }

    /** Multiplies the rows by weights. */
    ByteBuffer run(Product product, dnnl_memory weights) {
        Call call = calls.get(product);
        call.weights.memory(weights);
        check("multiply", dnnl.dnnl_primitive_execute(product.primitive, stream, 4, call.arguments));
        return sumBytes;
    }
}
