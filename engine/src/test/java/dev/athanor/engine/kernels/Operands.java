package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * Operands of a contract test: each random FLOAT32 tensor lies between guards, and has a FLOAT64 twin for the
 * specification.
 *
 * <p>Guards of inputs are not a number, so that what is read beyond an operand must not reach a result; guards of
 * results are checked afterwards, so that nothing is written beyond one.
 */
public final class Operands {
    private static final int GUARD = 40;
    private static final float MARK = 12345.5f;

    private final Random random;
    private final long seed;
    private String what = "";

    public Operands(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** Names what is being compared, for messages. */
    public Operands about(String description) {
        what = description;
        return this;
    }

    public Random random() {
        return random;
    }

    /** An operand and its twin. */
    public record Pair(Tensor fast, Tensor exact) {
        /** The same view of both. */
        public Pair map(UnaryOperator<Tensor> view) {
            return new Pair(view.apply(fast), view.apply(exact));
        }
    }

    /** Gaussian values, guarded by NaN. */
    public Pair input(int... shape) {
        return values(Float.NaN, shape);
    }

    /** Gaussian values, guarded by marks: what a result is added to. */
    public Pair result(int... shape) {
        return values(MARK, shape);
    }

    /** Values in (0, 1], guarded by NaN. */
    public Pair positive(int... shape) {
        Pair pair = input(shape);
        float[] data = pair.fast.floats();
        for (int i = 0; i < pair.fast.size(); i++) {
            data[GUARD + i] = 1 - random.nextFloat();
            pair.exact.doubles()[i] = data[GUARD + i];
        }
        return pair;
    }

    private Pair values(float guard, int... shape) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        float[] data = new float[size + 2 * GUARD];
        Arrays.fill(data, guard);
        double[] twin = new double[size];
        for (int i = 0; i < size; i++) {
            data[GUARD + i] = (float) random.nextGaussian();
            twin[i] = data[GUARD + i];
        }
        return new Pair(Tensor.of(data, GUARD, shape), Tensor.of(twin, shape));
    }

    /** A matrix (rows, columns) in one of four layouts: contiguous, transposed, a slice of a wider one, or with gaps. */
    public Pair matrix(int rows, int columns) {
        return switch (random.nextInt(4)) {
            case 0 -> input(rows, columns);
            case 1 -> input(columns, rows).map(t -> t.transpose(0, 1));
            case 2 -> input(rows, columns + 5).map(t -> t.slice(1, 2, columns + 2));
            default -> input(rows, columns, 2).map(t -> t.select(2, 1));
        };
    }

    /** INT32 values in [0, limit). */
    public Tensor indices(int count, int limit) {
        int[] values = random.ints(count, 0, limit).toArray();
        return Tensor.of(values, count);
    }

    /** Fails unless results agree to {@code ulps} units in the last place of (1 + |expected|), and guards are whole. */
    public void assertClose(Pair result, double ulps) {
        Tensor fast = result.fast;
        Tensor exact = result.exact;
        float[] actual = fast.toFloats();
        int[] position = new int[exact.rank()];
        for (int i = 0; i < actual.length; i++) {
            double expected = exact.get(position);
            double allowed = ulps * Math.ulp(1f) * (1 + Math.abs(expected));
            if (!(Math.abs(actual[i] - expected) <= allowed)) {
                throw new AssertionError(what + ": element " + i + " of " + fast + " is " + actual[i] + ", expected "
                        + expected + " ± " + allowed + " (seed " + seed + ")");
            }
            for (int axis = position.length - 1; axis >= 0 && ++position[axis] == exact.dim(axis); axis--) {
                position[axis] = 0;
            }
        }
        assertGuards(fast);
    }

    /** Fails if something was written outside a result. */
    public void assertGuards(Tensor fast) {
        float[] data = fast.floats();
        if (fast.dtype() == DType.FLOAT32 && data.length >= 2 * GUARD && data[0] == MARK) {
            for (int i = 0; i < GUARD; i++) {
                if (data[i] != MARK || data[data.length - 1 - i] != MARK) {
                    throw new AssertionError(what + ": wrote outside its result " + fast + " (seed " + seed + ")");
                }
            }
        }
    }

    /** Fails unless two numbers agree to {@code ulps} units in the last place of (1 + |expected|). */
    public void assertClose(double actual, double expected, double ulps) {
        double allowed = ulps * Math.ulp(1f) * (1 + Math.abs(expected));
        if (!(Math.abs(actual - expected) <= allowed)) {
            throw new AssertionError(
                    what + ": is " + actual + ", expected " + expected + " ± " + allowed + " (seed " + seed + ")");
        }
    }
}
