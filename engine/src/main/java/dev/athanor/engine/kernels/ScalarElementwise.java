package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/** Elementwise functions, sums and dropout in plain loops. */
final class ScalarElementwise {
    private static final double SQRT_HALF = Math.sqrt(0.5);
    private static final double SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;
    private static final double INV_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

    private ScalarElementwise() {}

    static double value(Activation f, double x) {
        return switch (f) {
            case IDENTITY -> x;
            case RELU -> x < 0 ? 0 : x;
            case GELU -> x == Double.NEGATIVE_INFINITY ? 0 : 0.5 * x * (1 + erf(x * SQRT_HALF));
            case TANH -> Math.tanh(x);
            case SIGMOID -> sigmoid(x);
            case SILU -> x == Double.NEGATIVE_INFINITY ? 0 : x * sigmoid(x);
            case GELU_TANH -> x == Double.NEGATIVE_INFINITY ? 0 : 0.5 * x * (1 + Math.tanh(inner(x)));
        };
    }

    private static double inner(double x) {
        return SQRT_TWO_OVER_PI * (x + CUBIC * x * x * x);
    }

    static double sigmoid(double x) {
        return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    /** Error function by its series of positive terms, DLMF 7.6.2: exact to rounding, and slow. */
    static double erf(double x) {
        if (Double.isNaN(x)) {
            return x;
        }
        if (Math.abs(x) >= 6) {
            return Math.signum(x);
        }
        double term = 2 / Math.sqrt(Math.PI) * x * Math.exp(-x * x);
        double sum = term;
        for (int n = 1; Math.abs(term) > Math.abs(sum) * 1e-18 && n < 300; n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return sum;
    }

    static void activate(Activation f, Tensor x, Tensor y) {
        for (int i = 0; i < x.size(); i++) {
            y.put(y.offset() + i, value(f, x.at(x.offset() + i)));
        }
    }

    static void activateBackward(Activation f, Tensor x, Tensor y, Tensor dy, Tensor dx) {
        boolean inPlace = isSame(dx, dy);
        for (int i = 0; i < dy.size(); i++) {
            double slope =
                    switch (f) {
                        case IDENTITY -> 1;
                        case RELU -> y.at(y.offset() + i) > 0 ? 1 : 0;
                        case GELU -> geluSlope(x.at(x.offset() + i));
                        case TANH -> 1 - Math.pow(y.at(y.offset() + i), 2);
                        case SIGMOID -> y.at(y.offset() + i) * (1 - y.at(y.offset() + i));
                        case SILU -> siluSlope(x.at(x.offset() + i));
                        case GELU_TANH -> geluTanhSlope(x.at(x.offset() + i));
                    };
            double gradient = dy.at(dy.offset() + i) * slope;
            int to = dx.offset() + i;
            dx.put(to, inPlace ? gradient : dx.at(to) + gradient);
        }
    }

    /** Whether two tensors begin at the same place of the same storage. */
    private static boolean isSame(Tensor a, Tensor b) {
        return a.offset() == b.offset() && a.sharesStorage(b);
    }

    private static double geluSlope(double x) {
        return 0.5 * (1 + erf(x * SQRT_HALF)) + x * INV_SQRT_TWO_PI * Math.exp(-x * x / 2);
    }

    private static double siluSlope(double x) {
        double s = sigmoid(x);
        return s + (Double.isInfinite(x) ? 0 : x * s * (1 - s));
    }

    private static double geluTanhSlope(double x) {
        double t = Math.tanh(inner(x));
        double rest = 1 - t * t;
        return 0.5 * (1 + t) + (rest == 0 ? 0 : 0.5 * x * rest * SQRT_TWO_OVER_PI * (1 + 3 * CUBIC * x * x));
    }

    static void combine(boolean multiply, Tensor a, Tensor b, Tensor out) {
        int[] position = new int[out.rank()];
        for (int i = 0; i < out.size(); i++) {
            double left = a.get(position);
            double right = b.get(position);
            out.put(out.offset() + i, multiply ? left * right : left + right);
            advance(position, out);
        }
    }

    static void copy(Tensor from, Tensor to) {
        int[] position = new int[to.rank()];
        for (int i = 0; i < to.size(); i++) {
            to.put(to.index(position), from.get(position));
            advance(position, to);
        }
    }

    private static void advance(int[] position, Tensor shape) {
        for (int axis = position.length - 1; axis >= 0 && ++position[axis] == shape.dim(axis); axis--) {
            position[axis] = 0;
        }
    }

    static void axpy(double alpha, Tensor x, Tensor y) {
        for (int i = 0; i < x.size(); i++) {
            int at = y.offset() + i;
            y.put(at, y.at(at) + alpha * x.at(x.offset() + i));
        }
    }

    static void fill(Tensor x, double value) {
        for (int i = 0; i < x.size(); i++) {
            x.put(x.offset() + i, value);
        }
    }

    static void dropout(Tensor x, RandomMask random, Tensor mask, Tensor y) {
        for (int i = 0; i < x.size(); i++) {
            mask.put(mask.offset() + i, random.keeps(i) ? random.scale() : 0);
            y.put(y.offset() + i, x.at(x.offset() + i) * mask.at(mask.offset() + i));
        }
    }

    static void sumRows(Tensor x, Tensor out) {
        int n = Shapes.columns(x);
        for (int j = 0; j < n; j++) {
            double sum = 0;
            for (int i = 0; i < Shapes.rows(x); i++) {
                sum += x.at(x.offset() + i * n + j);
            }
            out.put(out.offset() + j, out.at(out.offset() + j) + sum);
        }
    }

    static double sum(Tensor x) {
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            sum += x.at(x.offset() + i);
        }
        return sum;
    }

    static double sumOfSquares(Tensor x) {
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            sum += x.at(x.offset() + i) * x.at(x.offset() + i);
        }
        return sum;
    }
}
