package dev.athanor.engine.kernels.onednn;

import static dev.athanor.engine.kernels.onednn.OneDnn.check;

import dev.athanor.engine.kernels.Int8Matrix;
import dev.athanor.engine.kernels.LowPrecisionRows;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.BytePointer;

/** Weights outside the heap in the layout the library reads fastest, and the products with them by height. */
final class OneDnnMatrix implements PackedMatrix {
    private final int rows;
    private final int columns;
    private final Precision precision;
    private final BytePointer data;

    /** Native, freed with this matrix. */
    final dnnl_memory memory;

    /** Of each column's whole numbers; null for 16 bits. */
    final float[] scales;

    final int[] sums;

    /** By height in steps of {@link OneDnnKernels#HEIGHT_STEP}, the first of one row. */
    final Product[] products;

    OneDnnMatrix(OneDnn library, LowPrecisionRows order, Tensor b, Precision precision) {
        this.rows = b.dim(0);
        this.columns = b.dim(1);
        this.precision = precision;
        Int8Matrix whole = precision == Precision.INT8 ? Int8Matrix.of(b) : null;
        this.scales = whole == null ? null : new float[columns];
        this.sums = whole == null ? null : new int[columns];
        for (int j = 0; whole != null && j < columns; j++) {
            scales[j] = whole.scale(j);
            sums[j] = whole.sum(j);
        }
        int length = order.length(precision, rows);
        int width = whole == null ? Short.BYTES : Byte.BYTES;
        this.products = new Product[OneDnnKernels.ROWS / OneDnnKernels.HEIGHT_STEP + 1];
        for (int i = 0; i < products.length; i++) {
            products[i] = Product.of(library, precision, Math.max(1, i * OneDnnKernels.HEIGHT_STEP), length, columns);
        }
        dnnl_memory_desc wanted = products[products.length - 1].weights;
        for (Product product : products) {
            if (!product.readsWeightsAs(products[products.length - 1])) {
                throw new OneDnn.Failure("its products of different heights want different layouts of weights");
            }
        }
        long size = dnnl.dnnl_memory_desc_get_size(wanted);
        this.data = new BytePointer(size);
        this.memory = library.memory(wanted, data);
        NativeObjects owned = new NativeObjects();
        owned.add(memory);
        owned.freeWith(this);
        try (BytePointer plain = new BytePointer((long) length * columns * width)) {
            ByteBuffer buffer = plain.zero().asByteBuffer().order(ByteOrder.nativeOrder());
            for (int p = 0; p < rows; p++) {
                int row = order.position(precision, p) * columns;
                for (int j = 0; j < columns; j++) {
                    if (whole != null) {
                        buffer.put(row + j, whole.value(p, j));
                    } else {
                        float value = (float) b.at(b.offset() + p * b.stride(0) + j * b.stride(1));
                        buffer.putShort(2 * (row + j), Bfloat16.bits(value));
                    }
                }
            }
            reorder(library, OneDnn.matrix(Product.type(precision), dnnl.dnnl_ab, length, columns), plain, wanted);
        }
    }

    private void reorder(OneDnn library, dnnl_memory_desc plain, BytePointer from, dnnl_memory_desc wanted) {
        dnnl_primitive_desc desc = new dnnl_primitive_desc();
        check(
                "describe a reordering",
                dnnl.dnnl_reorder_primitive_desc_create(desc, plain, library.engine(), wanted, library.engine(), null));
        dnnl_primitive primitive = new dnnl_primitive();
        check("compile a reordering", dnnl.dnnl_primitive_create(primitive, desc));
        dnnl_stream stream = library.stream();
        dnnl_memory source = library.memory(plain, from);
        try (dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(2)) {
            arguments.getPointer(0).arg(dnnl.DNNL_ARG_FROM).memory(source);
            arguments.getPointer(1).arg(dnnl.DNNL_ARG_TO).memory(memory);
            check("reorder weights", dnnl.dnnl_primitive_execute(primitive, stream, 2, arguments));
            check("reorder weights", dnnl.dnnl_stream_wait(stream));
        } finally {
            dnnl.dnnl_memory_destroy(source);
            dnnl.dnnl_stream_destroy(stream);
            dnnl.dnnl_primitive_destroy(primitive);
            dnnl.dnnl_primitive_desc_destroy(desc);
            dnnl.dnnl_memory_desc_destroy(plain);
        }
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public long bytes() {
        return data.capacity() + (scales == null ? 0 : 2L * columns * Float.BYTES);
    }
}
