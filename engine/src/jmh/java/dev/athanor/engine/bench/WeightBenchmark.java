package dev.athanor.engine.bench;

import dev.athanor.engine.bench.Result.Bar;
import dev.athanor.engine.bench.Result.Peer;
import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockMatrix;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Products with weights that stay encoded: one row, against what the machine reads from memory, and many rows, against the
 * same product with weights in FLOAT32.
 *
 * <pre>{@code mvn -Pbench -pl spark-ext -am test -Dbench.args=weights}</pre>
 *
 * <p>"Token" is all products of one token of Gemma 3 270M in the encodings of its Q4_K_M file, random weights, one after
 * another, so that each finds its weights where the ones before left them; with two threads each takes half the columns.
 */
public final class WeightBenchmark {
    private static final int ROUNDS = 7;
    private static final int TOKENS = 20;
    private static final int LAYERS = 18;
    private static final int WIDTH = 640;
    private static final int VOCABULARY = 262_144;

    private WeightBenchmark() {}

    /** The products of one token: the row, the weights' parts and the results, by thread. */
    private record Step(Tensor row, BlockMatrix[] parts, Tensor[] results) {
        long bytes() {
            long bytes = 0;
            for (BlockMatrix part : parts) {
                bytes += part.bytes();
            }
            return bytes;
        }
    }

    public static void main(String[] arguments) throws IOException {
        Kernels kernels = KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels();
        double[] bandwidth = {ReadBandwidth.measure(1), ReadBandwidth.measure(2)};
        System.out.printf(
                Locale.ROOT,
                "memory is read at %.1f GB/s by one thread, %.1f by two; %s%n",
                bandwidth[0],
                bandwidth[1],
                kernels.description());
        rows(kernels, bandwidth[0]);
        for (BlockEncoding encoding :
                List.of(BlockEncoding.INT8, BlockEncoding.INT6, BlockEncoding.INT5, BlockEncoding.UINT4)) {
            Results.add(manyRows(kernels, encoding));
        }
        List<Step> whole = token(kernels);
        Results.add(tokens(kernels, whole, 1, bandwidth[0]));
        Results.add(tokens(kernels, halves(whole), 2, bandwidth[1]));
    }

    private static void rows(Kernels kernels, double bandwidth) {
        System.out.printf(
                "%-9s %14s %10s %8s %8s %6s   weights read once by one row%n",
                "encoding", "N x K", "us", "GB/s", "GFLOP/s", "share");
        for (BlockEncoding encoding : BlockEncoding.values()) {
            for (int[] shape : new int[][] {{VOCABULARY / 2, WIDTH}, {2048, WIDTH}, {WIDTH, 2048}, {256, WIDTH}}) {
                BlockMatrix weights = kernels.pack(new EncodedWeights(encoding, shape[0], shape[1]));
                Tensor row = KernelBenchmark.random(1, shape[1]);
                Tensor result = Tensor.zeros(DType.FLOAT32, 1, shape[0]);
                Race race = new Race(300);
                race.add(() -> kernels.matmul(row, weights, result, Epilogue.NONE));
                double nanos = race.run(ROUNDS)[0];
                boolean cached = weights.bytes() < 1 << 25;
                System.out.printf(
                        Locale.ROOT,
                        "%-9s %14s %10.1f %8.1f %8.1f %6s%n",
                        encoding,
                        shape[0] + "x" + shape[1],
                        nanos / 1e3,
                        weights.bytes() / nanos,
                        2.0 * shape[0] * shape[1] / nanos,
                        cached ? "cached" : String.format(Locale.ROOT, "%.2f", weights.bytes() / nanos / bandwidth));
            }
        }
    }

    private static Result manyRows(Kernels kernels, BlockEncoding encoding) {
        int m = 512;
        int n = 2048;
        Tensor a = KernelBenchmark.random(m, WIDTH);
        Tensor c = Tensor.zeros(DType.FLOAT32, m, n);
        Tensor d = Tensor.zeros(DType.FLOAT32, m, n);
        BlockMatrix weights = kernels.pack(new EncodedWeights(encoding, n, WIDTH));
        PackedMatrix floats = kernels.pack(KernelBenchmark.random(WIDTH, n));
        Race race = new Race(500);
        race.add(() -> kernels.matmul(a, weights, c, Epilogue.NONE));
        race.add(() -> kernels.matmul(a, floats, d, Epilogue.NONE));
        double[] nanos = race.run(ROUNDS);
        double operations = 2.0 * m * n * WIDTH;
        Result result = new Result(
                "%dx%dx%d, weights in %s".formatted(m, n, WIDTH, encoding),
                operations / nanos[0],
                "GFLOP/s",
                new Peer("weights in FLOAT32", operations / nanos[1]),
                Bar.atLeast(0.85),
                null);
        System.out.printf(
                Locale.ROOT,
                "%-40s %8.1f GFLOP/s, in FLOAT32 %8.1f, ratio %.2f%n",
                result.work(),
                result.ours(),
                result.peer().value(),
                result.ratio());
        return result;
    }

    private static List<Step> token(Kernels kernels) {
        List<Step> steps = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            boolean finer = layer % 2 == 0; // as many as in the file
            steps.add(step(kernels, BlockEncoding.INT5, 1024, WIDTH));
            steps.add(step(kernels, BlockEncoding.INT5, 256, WIDTH));
            steps.add(step(kernels, finer ? BlockEncoding.INT8 : BlockEncoding.INT5, 256, WIDTH));
            steps.add(step(kernels, BlockEncoding.UINT4, WIDTH, 1024));
            steps.add(step(kernels, BlockEncoding.INT5, 2048, WIDTH));
            steps.add(step(kernels, BlockEncoding.INT5, 2048, WIDTH));
            steps.add(step(kernels, finer ? BlockEncoding.INT6 : BlockEncoding.UINT4, WIDTH, 2048));
        }
        steps.add(step(kernels, BlockEncoding.INT8, VOCABULARY, WIDTH));
        return steps;
    }

    private static Step step(Kernels kernels, BlockEncoding encoding, int n, int k) {
        return new Step(
                KernelBenchmark.random(1, k),
                new BlockMatrix[] {kernels.pack(new EncodedWeights(encoding, n, k))},
                new Tensor[] {Tensor.zeros(DType.FLOAT32, 1, n)});
    }

    private static List<Step> halves(List<Step> whole) {
        List<Step> halves = new ArrayList<>();
        for (Step step : whole) {
            BlockMatrix all = step.parts[0];
            int n = all.columns();
            halves.add(new Step(
                    step.row,
                    new BlockMatrix[] {all.columns(0, n / 2), all.columns(n / 2, n)},
                    new Tensor[] {
                        step.results[0].slice(1, 0, n / 2), step.results[0].slice(1, n / 2, n),
                    }));
        }
        return halves;
    }

    private static Result tokens(Kernels kernels, List<Step> steps, int threads, double bandwidth) {
        long bytes = steps.stream().mapToLong(Step::bytes).sum();
        double best = Double.POSITIVE_INFINITY;
        try (SpinningTeam team = new SpinningTeam(threads)) {
            for (int round = 0; round < ROUNDS; round++) {
                long start = System.nanoTime();
                for (int i = 0; i < TOKENS; i++) {
                    for (Step step : steps) {
                        team.run(t -> kernels.matmul(step.row, step.parts[t], step.results[t], Epilogue.NONE));
                    }
                }
                best = Math.min(best, (System.nanoTime() - start) / (double) TOKENS);
            }
        }
        Result result = new Result(
                "products of a token, Gemma 3 270M, %d thread%s".formatted(threads, threads == 1 ? "" : "s"),
                1e9 / best,
                "tokens/s",
                new Peer("read bandwidth of the run", 1e9 * bandwidth / bytes),
                Bar.atLeast(0.7),
                String.format(Locale.ROOT, "%.1f MB of weights, %.1f GB/s", bytes / 1e6, bytes / best));
        System.out.printf(
                Locale.ROOT,
                "%s: %.1f/s, %s; the bandwidth allows %.1f, share %.2f%n",
                result.work(),
                result.ours(),
                result.note(),
                result.peer().value(),
                result.ratio());
        return result;
    }
}
