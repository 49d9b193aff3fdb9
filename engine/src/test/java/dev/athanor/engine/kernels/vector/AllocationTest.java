package dev.athanor.engine.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockMatrix;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.RandomWeights;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** In the steady state no kernel allocates: neither vectors on the heap nor panels nor views. */
class AllocationTest {
    /** The compiler works beside the test, on a machine that may be busy with others. */
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    private static final int CALLS = 400;
    /** Enough for an occasional profile of the JVM, far too little for one object per call. */
    private static final long ALLOWED = 4L * CALLS;

    private final Kernels kernels = KernelRegistry.select("vector").kernels();

    @Test
    void noKernelAllocatesInTheSteadyState() {
        Map<String, Runnable> calls = calls();
        Map<String, Long> allocating = new LinkedHashMap<>();
        calls.forEach((name, call) -> {
            long bytes = leastAllocated(call);
            if (bytes >= ALLOWED) {
                allocating.put(name, bytes);
            }
        });
        assertThat(allocating).as("bytes allocated by %d calls", CALLS).isEmpty();
    }

    /** The fewest bytes that a round of calls allocated, once the compiler was done; ends early when that is few. */
    private static long leastAllocated(Runnable call) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        while (least >= ALLOWED && System.nanoTime() - start < PATIENCE_NANOS) {
            long before = threads.getThreadAllocatedBytes(id);
            for (int i = 0; i < CALLS; i++) {
                call.run();
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
        }
        return least;
    }

    private Map<String, Runnable> calls() {
        Tensor a = values(13, 40);
        Tensor b = values(40, 50);
        Tensor c = Tensor.zeros(DType.FLOAT32, 13, 50);
        Tensor turned = values(50, 40).transpose(0, 1);
        Tensor many = values(150, 40);
        Tensor big = Tensor.zeros(DType.FLOAT32, 150, 50);
        PackedMatrix packed = kernels.pack(b);
        Epilogue epilogue = Epilogue.bias(values(50), Activation.RELU);
        Epilogue gelu = Epilogue.bias(values(50), Activation.GELU);
        Convolution s = new Convolution(6, 6, 16, 3, 3, 20, 1, 1);
        Tensor x = values(2, 6, 6, 16);
        Tensor w = values(144, 20);
        Tensor y = values(2, 6, 6, 20);
        Convolution window = new Convolution(6, 6, 16, 2, 2, 16, 2, 0);
        Tensor pooled = values(2, 3, 3, 16);
        Tensor winners = Tensor.zeros(DType.INT32, 2, 3, 3, 16);
        Tensor flat = values(1000);
        Tensor other = values(1000);
        Tensor mask = values(1000);
        Tensor moments = values(1000);
        kernels.fill(moments, 0.5);
        Tensor bias = values(50);
        Tensor wide = bias.expand(13, 50);
        Tensor mean = values(50);
        Tensor rstd = values(50);
        Tensor labels = Tensor.of(new int[13], 13);
        Map<String, Runnable> calls = new LinkedHashMap<>();
        calls.put("matmul", () -> kernels.matmul(a, b, c, false, epilogue));
        calls.put("matmul, transposed", () -> kernels.matmul(a, turned, c, true, Epilogue.NONE));
        calls.put("matmul, many rows", () -> kernels.matmul(many, b, big, false, Epilogue.NONE));
        calls.put("matmul, packed", () -> kernels.matmul(a, packed, c, gelu));
        Tensor sparse = values(26, 40);
        for (int i = 0; i < sparse.size(); i++) {
            if (i % 40 < 30) {
                sparse.floats()[i] = 0;
            }
        }
        PackedMatrix broad = kernels.pack(values(40, 256));
        Tensor broadly = Tensor.zeros(DType.FLOAT32, 26, 256);
        calls.put("matmul, packed, mostly zero", () -> kernels.matmul(sparse, broad, broadly, Epilogue.NONE));
        for (BlockEncoding encoding : BlockEncoding.values()) {
            BlockMatrix encoded = kernels.pack(new RandomWeights(encoding, 50, 64, new Random(1)));
            BlockMatrix few = encoded.columns(0, 13);
            Tensor row = values(1, 64);
            Tensor rows = values(13, 64);
            Tensor out = Tensor.zeros(DType.FLOAT32, 1, 50);
            Tensor fewOut = Tensor.zeros(DType.FLOAT32, 1, 13);
            calls.put("matmul, " + encoding + ", one row", () -> kernels.matmul(row, encoded, out, gelu));
            calls.put("matmul, " + encoding + ", slice", () -> kernels.matmul(row, few, fewOut, Epilogue.NONE));
            calls.put("matmul, " + encoding + ", many rows", () -> kernels.matmul(rows, encoded, c, epilogue));
        }
        calls.put("convolve", () -> kernels.convolve(s, x, w, y, Epilogue.NONE));
        calls.put("convolveBackwardInput", () -> kernels.convolveBackwardInput(s, y, w, x));
        calls.put("convolveBackwardFilter", () -> kernels.convolveBackwardFilter(s, x, y, w));
        calls.put("maxPool", () -> kernels.maxPool(window, x, pooled, winners));
        calls.put("maxPoolBackward", () -> kernels.maxPoolBackward(window, pooled, winners, x));
        for (Activation f : Activation.values()) {
            calls.put("activate " + f, () -> kernels.activate(f, flat, other));
            calls.put("activateBackward " + f, () -> kernels.activateBackward(f, flat, other, mask, moments));
        }
        calls.put("add", () -> kernels.add(c, wide, c));
        calls.put("multiply", () -> kernels.multiply(flat, mask, other));
        calls.put("copy", () -> kernels.copy(wide, c));
        calls.put("axpy", () -> kernels.axpy(0.1, flat, other));
        calls.put("fill", () -> kernels.fill(moments, 0.5));
        calls.put("dropout", () -> kernels.dropout(flat, 0.1, 1, 2, mask, other));
        calls.put("sumRows", () -> kernels.sumRows(c, bias));
        calls.put("sum", () -> kernels.sum(flat));
        calls.put("sumOfSquares", () -> kernels.sumOfSquares(flat));
        calls.put("softmax", () -> kernels.softmax(c, c));
        calls.put("layerNorm", () -> kernels.layerNorm(c, bias, bias, 1e-5, c, mean, rstd));
        calls.put("layerNormBackward", () -> kernels.layerNormBackward(c, bias, mean, rstd, c, c, mean, rstd));
        calls.put("batchNorm", () -> kernels.batchNorm(c, bias, bias, 1e-5, c, mean, rstd));
        calls.put("batchNormBackward", () -> kernels.batchNormBackward(c, bias, mean, rstd, c, c, mean, rstd));
        calls.put("rmsNorm", () -> kernels.rmsNorm(c, bias, 1e-5, c, rstd));
        calls.put("rmsNormBackward", () -> kernels.rmsNormBackward(c, bias, rstd, c, c, mean));
        Tensor cosines = values(13, 4);
        calls.put("rotary", () -> kernels.rotary(c, 5, labels, cosines, cosines, true));
        AttentionShape heads = new AttentionShape(4, 2, 20, 0.2f, true, 0);
        Tensor product = values(40, 160);
        Tensor queries = product.slice(1, 0, 80);
        Tensor keys = product.slice(1, 80, 120);
        Tensor read = product.slice(1, 120, 160);
        Tensor attended = values(40, 80);
        Tensor logSumExp = values(40, 4);
        Tensor starts = Tensor.of(new int[] {0, 1, 14, 40}, 4);
        Tensor gradients = values(40, 160);
        Tensor dq = gradients.slice(1, 0, 80);
        Tensor dk = gradients.slice(1, 80, 120);
        Tensor dv = gradients.slice(1, 120, 160);
        calls.put(
                "attention",
                () -> kernels.attention(heads, 3, queries, keys, read, starts, starts, attended, logSumExp));
        calls.put(
                "attentionBackward",
                () -> kernels.attentionBackward(
                        heads, 3, queries, keys, read, starts, starts, attended, logSumExp, attended, dq, dk, dv));
        calls.put("crossEntropy", () -> kernels.crossEntropy(c, labels, null, 0.1, 1, c));
        calls.put("adamW", () -> kernels.adamW(flat, other, mask, moments, 1e-3, 0.9, 0.99, 1e-8, 0, 1, 1));
        calls.put("sgd", () -> kernels.sgd(flat, other, mask, 1e-3, 0.9, 0, 1));
        return calls;
    }

    private static Tensor values(int... shape) {
        Tensor t = Tensor.zeros(DType.FLOAT32, shape);
        for (int i = 0; i < t.size(); i++) {
            t.floats()[i] = (i % 17 - 8) / 10f;
        }
        return t;
    }
}
