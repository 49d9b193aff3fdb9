package dev.athanor.engine.kernels.onednn;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.KernelProvider.Availability;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Random;

/** Compares products of low precision with plain loops, with sums as great as they get among them. */
final class SelfTest {
    private static final int ROWS = 9;
    private static final int INNER = 130;
    private static final int COLUMNS = 40;
    private static final double TOLERANCE = 2e-3;

    private SelfTest() {}

    static Availability run(Kernels kernels) {
        Random random = new Random(7);
        Tensor a = random(random, ROWS, INNER);
        Tensor b = random(random, INNER, COLUMNS);
        for (int i = 0; i < INNER; i++) {
            a.floats()[i] = 1; // the first row and column are all of the greatest magnitude
            b.floats()[i * COLUMNS] = -1;
        }
        Epilogue epilogue = Epilogue.bias(random(random, COLUMNS), Activation.GELU);
        for (Precision precision : new Precision[] {Precision.INT8, Precision.BFLOAT16}) {
            double difference = difference(
                    product(new ScalarKernels(), a, b, precision, epilogue),
                    product(kernels, a, b, precision, epilogue));
            if (!(difference <= TOLERANCE)) {
                return new Availability.Unavailable("its self-test failed: a product in " + precision.code() + " of "
                        + a + " and " + b + " differs from plain loops by " + difference);
            }
        }
        return new Availability.Available(kernels);
    }

    private static Tensor product(Kernels kernels, Tensor a, Tensor b, Precision precision, Epilogue epilogue) {
        Tensor c = Tensor.zeros(DType.FLOAT32, ROWS, COLUMNS);
        kernels.matmul(a, kernels.pack(b, precision), c, epilogue);
        return c;
    }

    private static Tensor random(Random random, int... shape) {
        Tensor t = Tensor.zeros(DType.FLOAT32, shape);
        for (int i = 0; i < t.size(); i++) {
            t.floats()[i] = (float) random.nextGaussian();
        }
        return t;
    }

    /** The greatest difference, relative to the size of the values. */
    private static double difference(Tensor a, Tensor b) {
        double most = 0;
        for (int i = 0; i < a.size(); i++) {
            double d = Math.abs(a.floats()[i] - b.floats()[i]) / INNER;
            most = d <= most ? most : d; // not a number becomes the most
        }
        return most;
    }
}
