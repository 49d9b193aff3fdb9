package dev.athanor.engine.bench;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Matrix products against oneDNN and OpenBLAS in the same run, one thread each, and elementwise kernels by themselves.
 *
 * <pre>{@code mvn -Pbench -pl engine test}</pre>
 *
 * <p>Peers get memory outside the heap, which suits them best. GFLOP/s are of each contender's best round; "ratio" is
 * against the better peer, "peak" against a loop of fused multiply-adds measured in the same run. The results of all
 * contenders are compared before anything is timed.
 */
public final class KernelBenchmark {
    private static final int ROUNDS = 7;
    private static final int PEAK_STEPS = 100_000;

    private final PrintStream out;
    private final Kernels kernels;
    private final Random random = new Random(1);

    private KernelBenchmark(PrintStream out, Kernels kernels) {
        this.out = out;
        this.kernels = kernels;
    }

    /** Prints one table; an argument {@code gemm} or {@code elementwise} limits it, and after gemm shapes MxNxK do. */
    public static void main(String[] arguments) {
        Kernels kernels = KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels();
        KernelBenchmark benchmark = new KernelBenchmark(System.out, kernels);
        String part = arguments.length == 0 ? "all" : arguments[0];
        if (!part.equals("elementwise")) {
            benchmark.products(arguments.length < 2 ? List.of() : List.of(arguments).subList(1, arguments.length));
        }
        if (!part.equals("gemm")) {
            benchmark.elementwise();
        }
    }

    private void products(List<String> shapes) {
        warmUp();
        out.printf(Locale.ROOT, "sgemm, GFLOP/s, one thread, %s%n", kernels.description());
        out.printf(
                Locale.ROOT,
                "%-16s %8s %8s | %8s %6s | %8s %6s %6s%n",
                "M x N x K",
                "oneDNN",
                "OpenBLAS",
                "each",
                "ratio",
                "packed",
                "ratio",
                "peak");
        for (String shape : shapes) {
            String[] sizes = shape.split("x", 3);
            product(Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]));
        }
        if (!shapes.isEmpty()) {
            return;
        }
        for (int n : new int[] {64, 96, 128, 200, 256, 384, 512, 768, 1024, 2048}) {
            product(n, n, n);
        }
        for (int[] weights : new int[][] {{768, 768}, {3072, 768}, {768, 3072}}) {
            for (int m : new int[] {12, 16, 36, 64, 128}) {
                product(m, weights[1], weights[0]);
            }
        }
        for (int[] other : new int[][] {{1, 768, 768}, {4, 768, 768}, {64, 256, 784}, {64, 10, 256}, {784, 256, 64}}) {
            product(other[0], other[1], other[2]);
        }
    }

    /** Runs every kind of tile until the compiler is done with them, so that no row pays for the ones before it. */
    private void warmUp() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < 3_000_000_000L) {
            for (int m : new int[] {1, 2, 3, 4, 7, 12, 16, 36, 64, 128, 200}) {
                Tensor a = random(m, 96);
                for (int n : new int[] {10, 64, 200}) {
                    Tensor b = random(96, n);
                    Tensor c = Tensor.zeros(DType.FLOAT32, m, n);
                    PackedMatrix packed = kernels.pack(b);
                    for (int i = 0; i < 20; i++) {
                        kernels.matmul(a, b, c, false, Epilogue.NONE);
                        kernels.matmul(a, b, c, true, Epilogue.NONE);
                        kernels.matmul(a, packed, c, Epilogue.NONE);
                    }
                }
            }
        }
    }

    private void product(int m, int n, int k) {
        Tensor a = random(m, k);
        Tensor b = random(k, n);
        Tensor c = Tensor.zeros(DType.FLOAT32, m, n);
        Tensor d = Tensor.zeros(DType.FLOAT32, m, n);
        PackedMatrix packed = kernels.pack(b);
        try (FloatPointer pa = new FloatPointer(a.floats());
                FloatPointer pb = new FloatPointer(b.floats());
                FloatPointer pc = new FloatPointer((long) m * n);
                FloatPointer pd = new FloatPointer((long) m * n)) {
            byte no = 'N';
            Race race = new Race(150);
            int peak = race.add(() -> FmaPeak.run(PEAK_STEPS));
            int one = race.add(() -> dnnl.dnnl_sgemm(no, no, m, n, k, 1f, pa, k, pb, n, 0f, pc, n));
            int blas = race.add(() -> openblas.cblas_sgemm(
                    openblas.CblasRowMajor,
                    openblas.CblasNoTrans,
                    openblas.CblasNoTrans,
                    m,
                    n,
                    k,
                    1f,
                    pa,
                    k,
                    pb,
                    n,
                    0f,
                    pd,
                    n));
            int each = race.add(() -> kernels.matmul(a, b, c, false, Epilogue.NONE));
            int once = race.add(() -> kernels.matmul(a, packed, d, Epilogue.NONE));
            double[] nanos = race.run(ROUNDS);
            agree(c, d, pc, k);
            agree(c, d, pd, k);
            double operations = 2.0 * m * n * k;
            double top = FmaPeak.operations(PEAK_STEPS) / nanos[peak];
            double peer = operations / Math.min(nanos[one], nanos[blas]);
            out.printf(
                    Locale.ROOT,
                    "%-16s %8.1f %8.1f | %8.1f %6.2f | %8.1f %6.2f %6.2f%n",
                    m + "x" + n + "x" + k,
                    operations / nanos[one],
                    operations / nanos[blas],
                    operations / nanos[each],
                    operations / nanos[each] / peer,
                    operations / nanos[once],
                    operations / nanos[once] / peer,
                    operations / nanos[once] / top);
        }
    }

    private static void agree(Tensor c, Tensor d, FloatPointer peer, int k) {
        for (int i = 0; i < c.size(); i++) {
            double allowed = 1e-6 * (10 + k);
            if (!(Math.abs(c.floats()[i] - peer.get(i)) <= allowed && Math.abs(d.floats()[i] - peer.get(i)) <= allowed)) {
                throw new IllegalStateException("Cannot compare: element " + i + " is " + c.floats()[i] + ", packed "
                        + d.floats()[i] + ", the peer's " + peer.get(i));
            }
        }
    }

    private void elementwise() {
        int m = 128;
        int n = 768;
        Tensor x = random(m, n);
        Tensor y = Tensor.zeros(DType.FLOAT32, m, n);
        Tensor gamma = random(n);
        Tensor mean = Tensor.zeros(DType.FLOAT32, m);
        Tensor rstd = Tensor.zeros(DType.FLOAT32, m);
        Tensor first = random(m, n);
        Tensor second = Tensor.zeros(DType.FLOAT32, m, n);
        kernels.fill(second, 0.5);
        String[] names = {"softmax", "layer norm", "batch norm", "gelu", "tanh", "sigmoid", "relu", "dropout", "adamW"};
        Race race = new Race(3000);
        race.add(() -> kernels.softmax(x, y));
        race.add(() -> kernels.layerNorm(x, gamma, gamma, 1e-5, y, mean, rstd));
        Tensor columns = Tensor.zeros(DType.FLOAT32, n);
        Tensor scales = Tensor.zeros(DType.FLOAT32, n);
        race.add(() -> kernels.batchNorm(x, gamma, gamma, 1e-5, y, columns, scales));
        race.add(() -> kernels.activate(Activation.GELU, x, y));
        race.add(() -> kernels.activate(Activation.TANH, x, y));
        race.add(() -> kernels.activate(Activation.SIGMOID, x, y));
        race.add(() -> kernels.activate(Activation.RELU, x, y));
        Tensor mask = Tensor.zeros(DType.FLOAT32, m, n);
        race.add(() -> kernels.dropout(x, 0.1, 1, 1, mask, y));
        Tensor gradient = random(m, n);
        race.add(() -> kernels.adamW(y, gradient, first, second, 1e-9, 0.9, 0.999, 1e-8, 0, 1000, 1));
        double[] nanos = race.run(ROUNDS);
        out.printf(Locale.ROOT, "elementwise over 128x768, ns per element%n");
        for (int i = 0; i < names.length; i++) {
            out.printf(Locale.ROOT, "%-16s %8.3f%n", names[i], nanos[i] / (m * n));
        }
    }

    private Tensor random(int... shape) {
        Tensor t = Tensor.zeros(DType.FLOAT32, shape);
        float[] values = t.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return t;
    }
}
