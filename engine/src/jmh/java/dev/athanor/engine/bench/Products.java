package dev.athanor.engine.bench;

import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Matrix products of one thread: ours with both operands as they are and with weights packed once, oneDNN, OpenBLAS, and
 * the machine's peak.
 *
 * <p>Peers get memory outside the heap, which suits them best. GFLOP/s are of each contender's best round; "ratio" is
 * against the better peer, "peak" against a loop of fused multiply-adds measured in the same run. The results of all
 * contenders are compared before a figure is given out.
 */
final class Products {
    private static final int ROUNDS = 7;

    private final PrintStream out;
    private final Kernels kernels;

    Products(PrintStream out, Kernels kernels) {
        this.out = out;
        this.kernels = kernels;
    }

    /** GFLOP/s of every contender. */
    private record Speeds(Shape shape, double onednn, double openblas, double each, double packed, double peak) {
        double peer() {
            return Math.max(onednn, openblas);
        }

        double ratio() {
            return each / peer();
        }

        double share() {
            return packed / peak;
        }
    }

    List<Result> run(List<Shape> shapes) {
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
        List<Speeds> counted = new ArrayList<>();
        for (Shape shape : shapes) {
            Speeds speeds = measure(shape);
            print(speeds);
            if (shape.counts()) {
                counted.add(speeds);
            }
        }
        return results(counted);
    }

    private void print(Speeds s) {
        out.printf(
                Locale.ROOT,
                "%-16s %8.1f %8.1f | %8.1f %6.2f | %8.1f %6.2f %6.2f%s%n",
                s.shape,
                s.onednn,
                s.openblas,
                s.each,
                s.ratio(),
                s.packed,
                s.packed / s.peer(),
                s.share(),
                s.shape.counts() ? "" : "   (under no bar)");
    }

    private static List<Result> results(List<Speeds> all) {
        Speeds worst = all.stream().min(Comparator.comparing(Speeds::ratio)).orElseThrow();
        Speeds weakest = all.stream().min(Comparator.comparing(Speeds::share)).orElseThrow();
        String onednn = onednnVersion();
        String openblas = openblasVersion();
        String unit = "GFLOP/s";
        long below = all.stream().filter(s -> s.ratio() < 0.95).count();
        return List.of(
                new Result(
                        "sgemm, worst of %d shapes: %s".formatted(all.size(), worst.shape),
                        worst.each,
                        unit,
                        new Peer(worst.onednn >= worst.openblas ? onednn : openblas, worst.peer()),
                        Bar.atLeast(0.95),
                        below + " of " + all.size() + " shapes are below 0.95"),
                new Result(
                        "sgemm, geometric mean",
                        mean(all, Speeds::each),
                        unit,
                        new Peer("better of " + onednn + ", " + openblas, mean(all, Speeds::peer)),
                        null,
                        null),
                new Result(
                        "sgemm packed, worst: " + weakest.shape,
                        weakest.packed,
                        unit,
                        new Peer("FMA peak of the run", weakest.peak),
                        Bar.atLeast(0.88),
                        all.stream().filter(s -> s.share() < 0.88).count() + " of " + all.size()
                                + " shapes are below 0.88"),
                new Result(
                        "sgemm packed, geometric mean",
                        mean(all, Speeds::packed),
                        unit,
                        new Peer("FMA peak of the run", mean(all, Speeds::peak)),
                        null,
                        null));
    }

    private static double mean(List<Speeds> all, ToDoubleFunction<Speeds> figure) {
        return Math.exp(all.stream()
                .mapToDouble(s -> Math.log(figure.applyAsDouble(s)))
                .average()
                .orElseThrow());
    }

    private static String onednnVersion() {
        dnnl_version_t version = dnnl.dnnl_version();
        return "oneDNN " + version.major() + "." + version.minor();
    }

    private static String openblasVersion() {
        String version = openblas.class.getPackage().getImplementationVersion();
        return "OpenBLAS " + (version == null ? "of unknown version" : version.split("-", 2)[0]);
    }

    /** Runs every kind of tile until the compiler is done with them, so that no row pays for the ones before it. */
    private void warmUp() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < 3_000_000_000L) {
            for (int m : new int[] {1, 2, 3, 4, 7, 12, 16, 36, 64, 128, 200}) {
                Tensor a = KernelBenchmark.random(m, 96);
                for (int n : new int[] {10, 64, 200}) {
                    Tensor b = KernelBenchmark.random(96, n);
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

    private Speeds measure(Shape shape) {
        int m = shape.m();
        int n = shape.n();
        int k = shape.k();
        Tensor a = KernelBenchmark.random(m, k);
        Tensor b = KernelBenchmark.random(k, n);
        Tensor c = Tensor.zeros(DType.FLOAT32, m, n);
        Tensor d = Tensor.zeros(DType.FLOAT32, m, n);
        PackedMatrix packed = kernels.pack(b);
        try (FloatPointer pa = new FloatPointer(a.floats());
                FloatPointer pb = new FloatPointer(b.floats());
                FloatPointer pc = new FloatPointer((long) m * n);
                FloatPointer pd = new FloatPointer((long) m * n)) {
            byte no = 'N';
            int rows = openblas.CblasRowMajor;
            int asIs = openblas.CblasNoTrans;
            Race race = new Race(150);
            int one = race.add(() -> dnnl.dnnl_sgemm(no, no, m, n, k, 1f, pa, k, pb, n, 0f, pc, n));
            int blas = race.add(() -> openblas.cblas_sgemm(rows, asIs, asIs, m, n, k, 1f, pa, k, pb, n, 0f, pd, n));
            int each = race.add(() -> kernels.matmul(a, b, c, false, Epilogue.NONE));
            int once = race.add(() -> kernels.matmul(a, packed, d, Epilogue.NONE));
            double peak = kernels.peak();
            double[] nanos = race.run(ROUNDS);
            agree(c, d, pc, k);
            agree(c, d, pd, k);
            double operations = shape.operations();
            return new Speeds(
                    shape,
                    operations / nanos[one],
                    operations / nanos[blas],
                    operations / nanos[each],
                    operations / nanos[once],
                    peak / 1e9);
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
}
