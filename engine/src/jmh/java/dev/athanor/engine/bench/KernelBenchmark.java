package dev.athanor.engine.bench;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Matrix products against oneDNN and OpenBLAS in the same run, one thread each, and elementwise kernels by themselves.
 *
 * <pre>{@code
 * mvn -Pbench -pl spark-ext -am test -Dbench.args=kernels
 * mvn -Pbench -pl spark-ext -am test -Dbench.args=kernels:128x768x768:64x64x64   # these products only, MxNxK
 * }</pre>
 */
public final class KernelBenchmark {
    private static final Random RANDOM = new Random(1);

    private KernelBenchmark() {}

    /** @param arguments shapes MxNxK of the products to measure; none: all products, and the elementwise kernels */
    public static void main(String[] arguments) throws IOException {
        Kernels kernels = KernelRegistry.select(System.getProperty("athanor.kernels", "auto")).kernels();
        List<Shape> shapes = arguments.length == 0
                ? Shape.all()
                : Stream.of(arguments).map(Shape::parse).toList();
        for (Result result : new Products(System.out, kernels).run(shapes)) {
            Results.add(result);
        }
        if (arguments.length == 0) {
            Elementwise.run(System.out, kernels);
        }
    }

    static Tensor random(int... shape) {
        Tensor t = Tensor.zeros(DType.FLOAT32, shape);
        float[] values = t.floats();
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) RANDOM.nextGaussian();
        }
        return t;
    }
}
