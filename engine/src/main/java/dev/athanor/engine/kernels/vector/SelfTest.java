package dev.athanor.engine.kernels.vector;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.KernelProvider.Availability;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;

/** Compares vector kernels with plain loops on small shapes before anybody relies on them: a few milliseconds. */
final class SelfTest {
    private static final int[][] SHAPES = {{1, 5, 3}, {13, 7, 33}, {25, 18, 16}, {6, 20, 10}, {26, 40, 256}};
    private static final double TOLERANCE = 1e-5;

    private SelfTest() {}

    static Availability run() {
        if (Lanes.LANES < 4) {
            return new Availability.Unavailable(
                    "this processor's vectors hold " + Lanes.LANES + " floats, fewer than the 4 that the kernels need");
        }
        VectorKernels vector = new VectorKernels();
        ScalarKernels scalar = new ScalarKernels();
        Random random = new Random(7);
        for (int[] shape : SHAPES) {
            Tensor a = random(random, shape[0], shape[1]);
            Tensor b = random(random, shape[1], shape[2]);
            if (shape[2] > Lanes.NR) {
                zeroHalf(a);
            }
            Epilogue epilogue = Epilogue.bias(random(random, shape[2]), Activation.GELU);
            Tensor expected = product(scalar, a, b, shape[2], epilogue);
            double difference = Math.max(
                    difference(expected, product(vector, a, b, shape[2], epilogue)),
                    difference(expected, packedProduct(vector, a, b, shape[2], epilogue)));
            if (!(difference <= TOLERANCE)) {
                return new Availability.Unavailable("its self-test failed: a product of " + a + " and " + b
                        + " differs from plain loops by " + difference + " (" + vector.description() + ", "
                        + System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version") + ")");
            }
        }
        return new Availability.Available(vector);
    }

    private static Tensor product(Kernels kernels, Tensor a, Tensor b, int columns, Epilogue epilogue) {
        Tensor c = Tensor.zeros(DType.FLOAT32, a.dim(0), columns);
        kernels.matmul(a, b, c, false, epilogue);
        kernels.softmax(c, c);
        return c;
    }

    private static Tensor packedProduct(Kernels kernels, Tensor a, Tensor b, int columns, Epilogue epilogue) {
        Tensor c = Tensor.zeros(DType.FLOAT32, a.dim(0), columns);
        kernels.matmul(a, kernels.pack(b), c, epilogue);
        kernels.softmax(c, c);
        return c;
    }

    /** The second half of every row is zero, so that steps are left out. */
    private static void zeroHalf(Tensor a) {
        int columns = a.dim(1);
        for (int row = 0; row < a.dim(0); row++) {
            Arrays.fill(a.floats(), row * columns + columns / 2, (row + 1) * columns, 0f);
        }
    }

    private static Tensor random(Random random, int... shape) {
        Tensor t = Tensor.zeros(DType.FLOAT32, shape);
        float[] values = t.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return t;
    }

    private static double difference(Tensor a, Tensor b) {
        double most = 0;
        for (int i = 0; i < a.size(); i++) {
            double d = Math.abs(a.floats()[i] - b.floats()[i]);
            most = d <= most ? most : d; // not a number becomes the most
        }
        return most;
    }
}
