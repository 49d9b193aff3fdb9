package dev.athanor.engine.bench;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.PrintStream;
import java.util.Locale;

/** Nanoseconds per element of the kernels that are no products; no peer, no bar. */
final class Elementwise {
    private static final int ROUNDS = 7;

    private Elementwise() {}

    static void run(PrintStream out, Kernels kernels) {
        int m = 128;
        int n = 768;
        Tensor x = KernelBenchmark.random(m, n);
        Tensor y = Tensor.zeros(DType.FLOAT32, m, n);
        Tensor gamma = KernelBenchmark.random(n);
        Tensor mean = Tensor.zeros(DType.FLOAT32, m);
        Tensor rstd = Tensor.zeros(DType.FLOAT32, m);
        Tensor first = KernelBenchmark.random(m, n);
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
        Tensor gradient = KernelBenchmark.random(m, n);
        race.add(() -> kernels.adamW(y, gradient, first, second, 1e-9, 0.9, 0.999, 1e-8, 0, 1000, 1));
        double[] nanos = race.run(ROUNDS);
        out.printf(Locale.ROOT, "elementwise over 128x768, ns per element%n");
        for (int i = 0; i < names.length; i++) {
            out.printf(Locale.ROOT, "%-16s %8.3f%n", names[i], nanos[i] / (m * n));
        }
    }
}
