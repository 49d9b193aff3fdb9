package dev.athanor.engine.onnx;

import java.util.function.DoubleBinaryOperator;
import java.util.function.LongBinaryOperator;

/** Functions of two elements, broadcast: arithmetic, comparison, logic. */
final class BinaryOperators {
    private BinaryOperators() {}

    /** Arithmetic that has loops of its own for float32. */
    private enum Hot {
        ADD,
        SUB,
        MUL,
        DIV
    }

    /** A test of two elements. */
    private interface Test {
        boolean of(int comparison);
    }

    static void addTo(OnnxOperators.Table table) {
        hot(table, "Add", Hot.ADD, (a, b) -> a + b, (a, b) -> a + b);
        hot(table, "Sub", Hot.SUB, (a, b) -> a - b, (a, b) -> a - b);
        hot(table, "Mul", Hot.MUL, (a, b) -> a * b, (a, b) -> a * b);
        hot(table, "Div", Hot.DIV, (a, b) -> a / b, null);
        table.add("Pow", OnnxOperator.of(BinaryOperators::pow));
        table.add("Mod", OnnxOperator.of(BinaryOperators::mod));
        table.add("PRelu", OnnxOperator.of(c -> {
            int[] shape = c.in(1).shape();
            if (Broadcast.shape(c.in(0).shape(), shape) == null) {
                throw c.wrong("slope " + c.in(1) + " does not fit " + c.in(0));
            }
            return apply(c, c.in(0), c.in(1), (x, s) -> x < 0 ? s * x : x, (x, s) -> x < 0 ? s * x : x);
        }));
        many(table, "Max", Math::max, Math::max, (a, b) -> Long.compareUnsigned(a, b) < 0 ? b : a);
        many(table, "Min", Math::min, Math::min, (a, b) -> Long.compareUnsigned(a, b) < 0 ? a : b);
        many(table, "Sum", (a, b) -> a + b, null, null);
        table.add("Mean", OnnxOperator.of(c -> {
            OnnxValue sum = joined(c, (a, b) -> a + b, null);
            return UnaryOperators.map(c, sum, x -> x / c.inputs());
        }));
        compare(table, "Equal", c -> c == 0);
        compare(table, "Less", c -> c == -1);
        compare(table, "LessOrEqual", c -> c == -1 || c == 0);
        compare(table, "Greater", c -> c == 1);
        compare(table, "GreaterOrEqual", c -> c == 1 || c == 0);
        whole(table, "And", (a, b) -> a & b);
        whole(table, "Or", (a, b) -> a | b);
        whole(table, "Xor", (a, b) -> a ^ b);
        whole(table, "BitwiseAnd", (a, b) -> a & b);
        whole(table, "BitwiseOr", (a, b) -> a | b);
        whole(table, "BitwiseXor", (a, b) -> a ^ b);
        table.add("BitShift", 11, OnnxOperator.of(c -> {
            boolean left = c.text("direction", "").equals("LEFT");
            boolean unsigned = c.in(0).type() == OnnxType.UINT64;
            return apply(c, c.in(0), c.in(1), null, (a, b) -> shift(a, b, left, unsigned));
        }));
    }

    /** Shifts by any number of bits; one of too many, or below 0, shifts everything out. */
    private static long shift(long a, long bits, boolean left, boolean unsigned) {
        boolean all = bits < 0 || bits > 63;
        if (left) {
            return all ? 0 : a << bits;
        }
        return unsigned ? (all ? 0 : a >>> bits) : a >> (all ? 63 : bits);
    }

    /** The rest of a division, with the sign of the divisor. */
    private static double modulo(double x, double y) {
        double rest = x % y;
        return rest == 0 ? Math.copySign(0, y) : rest < 0 == y < 0 || Double.isNaN(rest) ? rest : rest + y;
    }

    private static void hot(
            OnnxOperators.Table table, String name, Hot hot, DoubleBinaryOperator f, LongBinaryOperator g) {
        table.add(name, OnnxOperator.of(c -> {
            OnnxValue a = c.in(0);
            OnnxValue b = c.in(1);
            if (a.type() == OnnxType.FLOAT && b.type() == OnnxType.FLOAT) {
                OnnxValue y = c.make(a.type(), shape(c, a, b));
                floats(hot, a, b, y);
                return y;
            }
            return apply(c, a, b, f, g == null ? division(a.type()) : g);
        }));
    }

    private static LongBinaryOperator division(OnnxType type) {
        return type == OnnxType.UINT64 ? Long::divideUnsigned : (a, b) -> a / b;
    }

    /**
     * A function of any number of values.
     *
     * @param unsigned the same of numbers whose highest bit is no sign
     */
    private static void many(
            OnnxOperators.Table table,
            String name,
            DoubleBinaryOperator f,
            LongBinaryOperator signed,
            LongBinaryOperator unsigned) {
        table.add(name, OnnxOperator.of(c -> joined(c, f, c.in(0).type() == OnnxType.UINT64 ? unsigned : signed)));
    }

    private static OnnxValue joined(OnnxCall c, DoubleBinaryOperator f, LongBinaryOperator g) {
        OnnxValue result = c.in(0);
        for (int i = 1; i < c.inputs(); i++) {
            result = apply(c, result, c.in(i), f, g);
        }
        return result;
    }

    private static void compare(OnnxOperators.Table table, String name, Test test) {
        table.add(name, OnnxOperator.of(c -> {
            OnnxValue a = c.in(0);
            OnnxValue b = c.in(1);
            sameTypes(c, a, b);
            OnnxValue y = c.make(OnnxType.BOOL, shape(c, a, b));
            boolean whole = a.longs() != null;
            boolean unsigned = a.type() == OnnxType.UINT64;
            Broadcast.walk(y.shape(), a.shape(), b.shape(), (at, n, i, stepA, j, stepB) -> {
                for (int k = 0; k < n; k++) {
                    int x = i + k * stepA;
                    int z = j + k * stepB;
                    int order = whole ? order(a.longs()[x], b.longs()[z], unsigned) : order(a.real(x), b.real(z));
                    y.longs()[at + k] = test.of(order) ? 1 : 0;
                }
            });
            return y;
        }));
    }

    private static int order(long a, long b, boolean unsigned) {
        return unsigned ? Integer.signum(Long.compareUnsigned(a, b)) : Long.compare(a, b);
    }

    /** -1, 0, 1, or 2 of numbers that have no order. */
    private static int order(double a, double b) {
        return a < b ? -1 : a > b ? 1 : a == b ? 0 : 2;
    }

    private static void whole(OnnxOperators.Table table, String name, LongBinaryOperator g) {
        table.add(name, OnnxOperator.of(c -> apply(c, c.in(0), c.in(1), null, g)));
    }

    private static OnnxValue pow(OnnxCall c) {
        OnnxValue a = c.in(0);
        OnnxValue b = c.in(1);
        OnnxValue y = c.make(a.type(), shape(c, a, b));
        double one = b.size() == 1 ? b.real(0) : Double.NaN;
        if (a.type() == OnnxType.FLOAT && one == 2) {
            floats(Hot.MUL, a, a, y.size() == a.size() ? y : c.make(a.type(), a.shape()));
            return y;
        }
        Broadcast.walk(y.shape(), a.shape(), b.shape(), (at, n, i, stepA, j, stepB) -> {
            for (int k = 0; k < n; k++) {
                int x = i + k * stepA;
                int z = j + k * stepB;
                if (a.longs() != null && b.longs() != null) {
                    y.longs()[at + k] = a.type().wrap(power(a.longs()[x], b.longs()[z]));
                } else {
                    y.set(at + k, Math.pow(a.real(x), b.real(z)));
                }
            }
        });
        return y;
    }

    private static long power(long base, long exponent) {
        if (exponent < 0) {
            return base == 1 ? 1 : base == -1 ? (exponent % 2 == 0 ? 1 : -1) : 0;
        }
        long result = 1;
        long square = base;
        for (long e = exponent; e > 0; e >>= 1) {
            result = (e & 1) == 1 ? result * square : result;
            square *= square;
        }
        return result;
    }

    private static OnnxValue mod(OnnxCall c) {
        OnnxValue a = c.in(0);
        if (c.flag("fmod", false)) {
            return apply(c, a, c.in(1), (x, y) -> x % y, (x, y) -> x % y);
        }
        return apply(
                c,
                a,
                c.in(1),
                BinaryOperators::modulo,
                a.type() == OnnxType.UINT64 ? Long::remainderUnsigned : Math::floorMod);
    }

    private static void sameTypes(OnnxCall c, OnnxValue a, OnnxValue b) {
        if (a.type() != b.type()) {
            throw c.wrong("its inputs are " + a + " and " + b + ", of different types");
        }
    }

    private static int[] shape(OnnxCall c, OnnxValue a, OnnxValue b) {
        int[] shape = Broadcast.shape(a.shape(), b.shape());
        if (shape == null) {
            throw c.wrong("its inputs are " + a + " and " + b + ", whose shapes do not fit each other");
        }
        return shape;
    }

    /**
     * A function of values of one type.
     *
     * @param f of fractions, or null
     * @param g of whole numbers, or null
     */
    private static OnnxValue apply(OnnxCall c, OnnxValue a, OnnxValue b, DoubleBinaryOperator f, LongBinaryOperator g) {
        sameTypes(c, a, b);
        boolean whole = a.longs() != null;
        if (whole ? g == null : f == null) {
            throw c.wrong("its inputs are " + a + " and " + b + ", which it does not compute with");
        }
        OnnxValue y = c.make(a.type(), shape(c, a, b));
        Broadcast.walk(y.shape(), a.shape(), b.shape(), (at, n, i, stepA, j, stepB) -> {
            for (int k = 0; k < n; k++) {
                int x = i + k * stepA;
                int z = j + k * stepB;
                if (whole) {
                    y.longs()[at + k] = y.type().wrap(g.applyAsLong(a.longs()[x], b.longs()[z]));
                } else {
                    y.set(at + k, f.applyAsDouble(a.real(x), b.real(z)));
                }
            }
        });
        return y;
    }

    private static void floats(Hot hot, OnnxValue left, OnnxValue right, OnnxValue result) {
        float[] a = left.floats();
        float[] b = right.floats();
        float[] y = result.floats();
        Broadcast.walk(result.shape(), left.shape(), right.shape(), (at, n, i, stepA, j, stepB) -> {
            if (stepA == 1 && stepB == 1) {
                rows(hot, a, i, b, j, y, at, n);
            } else if (stepA == 1) {
                scalar(hot, a, i, b[j], y, at, n);
            } else {
                for (int k = 0; k < n; k++) {
                    y[at + k] = one(hot, a[i + k * stepA], b[j + k * stepB]);
                }
            }
        });
    }

    private static float one(Hot hot, float a, float b) {
        return switch (hot) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
        };
    }

    private static void rows(Hot hot, float[] a, int i, float[] b, int j, float[] y, int at, int n) {
        switch (hot) {
            case ADD -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] + b[j + k];
                }
            }
            case SUB -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] - b[j + k];
                }
            }
            case MUL -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] * b[j + k];
                }
            }
            case DIV -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] / b[j + k];
                }
            }
        }
    }

    private static void scalar(Hot hot, float[] a, int i, float b, float[] y, int at, int n) {
        switch (hot) {
            case ADD -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] + b;
                }
            }
            case SUB -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] - b;
                }
            }
            case MUL -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] * b;
                }
            }
            case DIV -> {
                for (int k = 0; k < n; k++) {
                    y[at + k] = a[i + k] / b;
                }
            }
        }
    }
}
