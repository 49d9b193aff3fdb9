package dev.athanor.engine.onnx;

import dev.athanor.engine.kernels.Activation;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongUnaryOperator;

/** Functions of one element: trigonometry, rounding, activations. */
final class UnaryOperators {
    private static final double SELU_ALPHA = 1.6732631921768188;
    private static final double SELU_GAMMA = 1.0507010221481323;

    private UnaryOperators() {}

    static void addTo(OnnxOperators.Table table) {
        both(table, "Abs", Math::abs, Math::abs);
        both(table, "Neg", x -> -x, x -> -x);
        both(table, "Sign", Math::signum, Long::signum);
        activation(table, "Relu", Activation.RELU, x -> x > 0 || Double.isNaN(x) ? x : 0, x -> Math.max(x, 0));
        activation(table, "Tanh", Activation.TANH, Math::tanh, null);
        activation(table, "Sigmoid", Activation.SIGMOID, UnaryOperators::sigmoid, null);
        real(table, "Ceil", Math::ceil);
        real(table, "Floor", Math::floor);
        real(table, "Round", Math::rint);
        real(table, "Sqrt", Math::sqrt);
        real(table, "Exp", Math::exp);
        real(table, "Log", Math::log);
        real(table, "Reciprocal", x -> 1 / x);
        real(table, "Sin", Math::sin);
        real(table, "Cos", Math::cos);
        real(table, "Tan", Math::tan);
        real(table, "Asin", Math::asin);
        real(table, "Acos", Math::acos);
        real(table, "Atan", Math::atan);
        real(table, "Sinh", Math::sinh);
        real(table, "Cosh", Math::cosh);
        real(table, "Asinh", x -> Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1)));
        real(table, "Acosh", x -> Math.log(x + Math.sqrt(x * x - 1)));
        real(table, "Atanh", x -> 0.5 * Math.log((1 + x) / (1 - x)));
        real(table, "Erf", ErrorFunction::of);
        real(table, "Softplus", UnaryOperators::softplus);
        real(table, "Softsign", x -> x / (1 + Math.abs(x)));
        real(table, "HardSwish", x -> x * Math.max(0, Math.min(1, x / 6 + 0.5)));
        real(table, "Mish", x -> x * Math.tanh(softplus(x)));
        table.add("Gelu", 20, OnnxOperator.of(UnaryOperators::gelu));
        table.add("Swish", 24, OnnxOperator.of(c -> {
            float alpha = c.real("alpha", 1);
            return apply(c, c.real(0), x -> x * sigmoid(alpha * x));
        }));
        table.add("LeakyRelu", OnnxOperator.of(c -> {
            float alpha = c.real("alpha", 0.01);
            return apply(c, c.real(0), x -> x < 0 ? alpha * x : x);
        }));
        table.add("Elu", OnnxOperator.of(c -> {
            float alpha = c.real("alpha", 1);
            return apply(c, c.real(0), x -> x < 0 ? alpha * Math.expm1(x) : x);
        }));
        table.add("Celu", OnnxOperator.of(c -> {
            float alpha = c.real("alpha", 1);
            return apply(c, c.real(0), x -> Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha)));
        }));
        table.add("Selu", OnnxOperator.of(c -> {
            float alpha = c.real("alpha", SELU_ALPHA);
            float gamma = c.real("gamma", SELU_GAMMA);
            return apply(c, c.real(0), x -> gamma * (x < 0 ? alpha * Math.expm1(x) : x));
        }));
        table.add("HardSigmoid", OnnxOperator.of(c -> {
            float alpha = c.real("alpha", 0.2);
            float beta = c.real("beta", 0.5);
            return apply(c, c.real(0), x -> Math.max(0, Math.min(1, alpha * x + beta)));
        }));
        table.add("ThresholdedRelu", OnnxOperator.of(c -> {
            float alpha = c.real("alpha", 1);
            return apply(c, c.real(0), x -> x > alpha ? x : 0);
        }));
        table.add("Shrink", OnnxOperator.of(c -> {
            float bias = c.real("bias", 0);
            float lambda = c.real("lambd", 0.5);
            return map(c, c.in(0), x -> x < -lambda ? x + bias : x > lambda ? x - bias : 0);
        }));
        table.add("Clip", OnnxOperator.of(UnaryOperators::clip));
        table.add("IsNaN", OnnxOperator.of(c -> test(c, Double::isNaN)));
        table.add("IsInf", OnnxOperator.of(c -> {
            boolean negative = c.flag("detect_negative", true);
            boolean positive = c.flag("detect_positive", true);
            return test(c, x -> Double.isInfinite(x) && (x < 0 ? negative : positive));
        }));
        table.add("Not", OnnxOperator.of(c -> whole(c, c.in(0), x -> x == 0 ? 1 : 0)));
        table.add("BitwiseNot", OnnxOperator.of(c -> whole(c, c.in(0), x -> ~x)));
    }

    private static void real(OnnxOperators.Table table, String name, DoubleUnaryOperator f) {
        table.add(name, OnnxOperator.of(c -> apply(c, c.real(0), f)));
    }

    private static void both(OnnxOperators.Table table, String name, DoubleUnaryOperator f, LongUnaryOperator g) {
        table.add(name, OnnxOperator.of(c -> c.in(0).type().isReal() ? apply(c, c.in(0), f) : whole(c, c.in(0), g)));
    }

    private static void activation(
            OnnxOperators.Table table, String name, Activation activation, DoubleUnaryOperator f, LongUnaryOperator g) {
        table.add(name, OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            if (x.type() == OnnxType.FLOAT) {
                return activate(c, activation, x);
            }
            return g == null || x.type().isReal() ? apply(c, c.real(0), f) : whole(c, x, g);
        }));
    }

    static OnnxValue activate(OnnxCall c, Activation activation, OnnxValue x) {
        OnnxValue y = c.make(x.type(), x.shape());
        if (x.size() > 0) {
            c.kernels().activate(activation, x.tensor(x.size()), y.tensor(x.size()));
        }
        return y;
    }

    private static OnnxValue gelu(OnnxCall c) {
        OnnxValue x = c.real(0);
        boolean tanh = c.text("approximate", "none").equals("tanh");
        if (x.type() == OnnxType.FLOAT) {
            return activate(c, tanh ? Activation.GELU_TANH : Activation.GELU, x);
        }
        double root = Math.sqrt(2 / Math.PI);
        return apply(
                c,
                x,
                tanh
                        ? v -> v / 2 * (1 + Math.tanh(root * (v + 0.044715 * v * v * v)))
                        : v -> v / 2 * (1 + ErrorFunction.of(v / Math.sqrt(2))));
    }

    private static OnnxValue clip(OnnxCall c) {
        OnnxValue x = c.in(0);
        OnnxValue low = c.opset() < 11 ? attribute(c, "min") : c.optional(1);
        OnnxValue high = c.opset() < 11 ? attribute(c, "max") : c.optional(2);
        if (!x.type().isReal()) {
            long least = low == null ? Long.MIN_VALUE : low.integer(0);
            long most = high == null ? Long.MAX_VALUE : high.integer(0);
            return whole(c, x, v -> Math.min(most, Math.max(least, v)));
        }
        double least = low == null ? Double.NEGATIVE_INFINITY : low.real(0);
        double most = high == null ? Double.POSITIVE_INFINITY : high.real(0);
        return apply(c, x, v -> Math.min(most, Math.max(least, v)));
    }

    private static OnnxValue attribute(OnnxCall c, String name) {
        return c.has(name) ? OnnxValue.scalar(OnnxType.FLOAT, c.real(name, 0)) : null;
    }

    private static OnnxValue test(OnnxCall c, java.util.function.DoublePredicate test) {
        OnnxValue x = c.real(0);
        OnnxValue y = c.make(OnnxType.BOOL, x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.longs()[i] = test.test(x.real(i)) ? 1 : 0;
        }
        return y;
    }

    /** A function of fractions, of any type. */
    static OnnxValue map(OnnxCall c, OnnxValue x, DoubleUnaryOperator f) {
        OnnxValue y = c.make(x.type(), x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.set(i, f.applyAsDouble(x.real(i)));
        }
        return y;
    }

    static OnnxValue apply(OnnxCall c, OnnxValue x, DoubleUnaryOperator f) {
        if (x.type() != OnnxType.FLOAT) {
            return map(c, x, f);
        }
        OnnxValue y = c.make(x.type(), x.shape());
        float[] from = x.floats();
        float[] to = y.floats();
        for (int i = 0; i < from.length; i++) {
            to[i] = (float) f.applyAsDouble(from[i]);
        }
        return y;
    }

    private static OnnxValue whole(OnnxCall c, OnnxValue x, LongUnaryOperator f) {
        if (x.longs() == null) {
            throw c.wrong("input 0 is " + x + ", and it computes with whole numbers");
        }
        OnnxValue y = c.make(x.type(), x.shape());
        for (int i = 0; i < x.size(); i++) {
            y.longs()[i] = x.type().wrap(f.applyAsLong(x.longs()[i]));
        }
        return y;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
}
