package dev.athanor.engine.onnx;

/** {@code erf(x) = 2/√π · ∫₀ˣ exp(-t²) dt}, exact to about 1e-12: a table, and a Taylor polynomial between its entries. */
final class ErrorFunction {
    private static final int PER_ONE = 512;
    private static final int END = 6; // erf(6) is 1 but for 2e-17
    private static final double FACTOR = 2 / Math.sqrt(Math.PI);
    private static final double[] VALUES = values();

    private ErrorFunction() {}

    static double of(double x) {
        double positive = Math.abs(x);
        if (!(positive < END)) {
            return Double.isNaN(x) ? x : Math.signum(x);
        }
        int entry = (int) (positive * PER_ONE + 0.5);
        double from = (double) entry / PER_ONE;
        double h = positive - from;
        double slope = FACTOR * Math.exp(-from * from);
        double value = VALUES[entry] + slope * h * (1 + h * (-from + h * (2 * from * from - 1) / 3));
        return x < 0 ? -value : value;
    }

    private static double[] values() {
        double[] values = new double[END * PER_ONE + 1];
        for (int i = 0; i < values.length; i++) {
            double x = (double) i / PER_ONE;
            // the series of positive terms, DLMF 7.6.2
            double term = FACTOR * x * Math.exp(-x * x);
            double sum = term;
            for (int n = 1; term > sum * 1e-18; n++) {
                term *= 2 * x * x / (2 * n + 1);
                sum += term;
            }
            values[i] = sum;
        }
        return values;
    }
}
