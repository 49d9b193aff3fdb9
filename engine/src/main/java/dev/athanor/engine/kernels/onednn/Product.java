package dev.athanor.engine.kernels.onednn;

import static dev.athanor.engine.kernels.onednn.OneDnn.check;
import static dev.athanor.engine.kernels.onednn.OneDnn.matrix;

import dev.athanor.engine.kernels.Precision;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/**
 * A product of one shape, compiled by the library once per process and used by every thread: (M,K) by (K,N).
 *
 * <p>Kept for the life of the process; there are as many as a model has shapes of weights, times the few heights of
 * {@link OneDnnKernels}.
 */
final class Product {
    private static final Map<Key, Product> COMPILED = new ConcurrentHashMap<>();

    /** What a product is compiled for. */
    record Key(Precision precision, int m, int k, int n) {}

    final dnnl_primitive primitive = new dnnl_primitive();
    final dnnl_memory_desc source;
    final dnnl_memory_desc weights;
    final dnnl_memory_desc result;
    final dnnl_memory_desc scratch;

    /** Keeps the descriptors above alive, which are parts of it. */
    private final dnnl_primitive_desc desc = new dnnl_primitive_desc();

    private Product(OneDnn library, Key key) {
        boolean whole = key.precision == Precision.INT8;
        source = matrix(whole ? dnnl.dnnl_u8 : dnnl.dnnl_bf16, dnnl.dnnl_ab, key.m, key.k);
        dnnl_memory_desc any = matrix(type(key.precision), dnnl.dnnl_format_tag_any, key.k, key.n);
        result = matrix(whole ? dnnl.dnnl_s32 : dnnl.dnnl_f32, dnnl.dnnl_ab, key.m, key.n);
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        check("make attributes", dnnl.dnnl_primitive_attr_create(attributes));
        check(
                "choose the scratchpad",
                dnnl.dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl.dnnl_scratchpad_mode_user));
        check(
                "describe a product",
                dnnl.dnnl_matmul_primitive_desc_create(desc, library.engine(), source, any, null, result, attributes));
        dnnl.dnnl_primitive_attr_destroy(attributes);
        dnnl.dnnl_memory_desc_destroy(any);
        weights = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_weights_md, 0);
        scratch = dnnl.dnnl_primitive_desc_query_md(desc, dnnl.dnnl_query_scratchpad_md, 0);
        check("compile a product", dnnl.dnnl_primitive_create(primitive, desc));
    }

    static int type(Precision precision) {
        return precision == Precision.INT8 ? dnnl.dnnl_s8 : dnnl.dnnl_bf16;
    }

    /** Compiled by a thread that is {@linkplain OneDnn#pin pinned}, so that it runs on one. */
    static Product of(OneDnn library, Precision precision, int m, int k, int n) {
        return COMPILED.computeIfAbsent(new Key(precision, m, k, n), key -> new Product(library, key));
    }

    /** Whether it reads weights as the other does. */
    boolean readsWeightsAs(Product other) {
        return dnnl.dnnl_memory_desc_equal(weights, other.weights) == 1;
    }
}
