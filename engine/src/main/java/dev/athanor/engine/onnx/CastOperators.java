package dev.athanor.engine.onnx;

import java.util.Arrays;

/** Values of other types, constants, choices: Cast, Constant, Where, Range. */
final class CastOperators {
    private CastOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("Cast", OnnxOperator.of(c -> {
            OnnxType type = OnnxType.of(c.number("to", 0));
            if (type == null) {
                throw c.wrong("it casts to " + OnnxType.name(c.number("to", 0)) + ", which is not computed with");
            }
            return cast(c, c.in(0), type);
        }));
        table.add("CastLike", 15, OnnxOperator.of(c -> cast(c, c.in(0), c.in(1).type())));
        table.add("Identity", OnnxOperator.of(c -> c.in(0)));
        table.add("Constant", OnnxOperator.of(CastOperators::constant));
        table.add("ConstantOfShape", OnnxOperator.of(c -> {
            OnnxValue one = c.value("value");
            OnnxValue result = c.make(one == null ? OnnxType.FLOAT : one.type(), ShapeOperators.dims(c, c.in(0)));
            for (int i = 0; one != null && i < result.size(); i++) {
                result.set(i, one, 0);
            }
            return result;
        }));
        table.add("Dropout", CastOperators::dropout);
        table.add("Where", OnnxOperator.of(CastOperators::where));
        table.add("Range", OnnxOperator.of(CastOperators::range));
        table.add("EyeLike", OnnxOperator.of(c -> {
            OnnxValue x = c.in(0);
            OnnxType type = c.has("dtype") ? OnnxType.of(c.number("dtype", 0)) : x.type();
            if (type == null || x.rank() != 2) {
                throw c.wrong("it makes a matrix of " + x + " and type " + c.number("dtype", 0));
            }
            OnnxValue y = c.make(type, x.shape());
            long k = c.number("k", 0);
            for (int i = 0; i < x.dim(0); i++) {
                if (i + k >= 0 && i + k < x.dim(1)) {
                    y.set(i * x.dim(1) + (int) (i + k), 1);
                }
            }
            return y;
        }));
    }

    static OnnxValue cast(OnnxCall c, OnnxValue x, OnnxType type) {
        if (x.type() == type) {
            return x;
        }
        OnnxValue y = c.make(type, x.shape());
        if (x.longs() != null && y.longs() != null) {
            for (int i = 0; i < x.size(); i++) {
                y.longs()[i] = type.wrap(x.longs()[i]);
            }
        } else {
            for (int i = 0; i < x.size(); i++) {
                y.set(i, x.real(i));
            }
        }
        return y;
    }

    private static OnnxValue constant(OnnxCall c) {
        if (c.has("value_int")) {
            return OnnxValue.of(new long[] {c.number("value_int", 0)});
        }
        if (c.has("value_float")) {
            return OnnxValue.of(new float[] {c.real("value_float", 0)});
        }
        if (c.has("value_ints")) {
            long[] values = c.numbers("value_ints");
            return OnnxValue.of(values, values.length);
        }
        if (c.has("value_floats")) {
            float[] values = c.reals("value_floats");
            return OnnxValue.of(values, values.length);
        }
        OnnxValue value = c.value("value");
        if (value == null) {
            throw c.wrong("it has no value that is computed with");
        }
        return value;
    }

    /** What inference makes of it: the input, and a mask that keeps everything. */
    private static OnnxValue[] dropout(OnnxCall c) {
        OnnxValue x = c.in(0);
        OnnxValue training = c.optional(2);
        boolean drops = c.optional(1) == null ? c.opset() >= 12 : c.optional(1).real(0) != 0;
        if (training != null && training.integer(0) != 0 && drops) {
            throw c.wrong("it drops values as in training, which inference does not");
        }
        if (!c.wants(1)) {
            return new OnnxValue[] {x};
        }
        OnnxValue mask = c.make(c.opset() < 10 ? x.type() : OnnxType.BOOL, x.shape());
        mask.fill(1);
        return new OnnxValue[] {x, mask};
    }

    private static OnnxValue where(OnnxCall c) {
        OnnxValue test = c.in(0);
        OnnxValue a = c.in(1);
        OnnxValue b = c.in(2);
        int[] both = Broadcast.shape(a.shape(), b.shape());
        int[] shape = both == null ? null : Broadcast.shape(test.shape(), both);
        if (shape == null || a.type() != b.type() || test.longs() == null) {
            throw c.wrong("its inputs are " + test + ", " + a + " and " + b + ", which do not fit each other");
        }
        OnnxValue chosen = ShapeOperators.expand(c, test, shape);
        OnnxValue y = c.make(a.type(), shape);
        Broadcast.walk(shape, a.shape(), b.shape(), (at, n, i, stepA, j, stepB) -> {
            for (int k = 0; k < n; k++) {
                if (chosen.longs()[at + k] != 0) {
                    y.set(at + k, a, i + k * stepA);
                } else {
                    y.set(at + k, b, j + k * stepB);
                }
            }
        });
        return y;
    }

    private static OnnxValue range(OnnxCall c) {
        OnnxValue start = c.in(0);
        OnnxValue delta = c.in(2);
        if (delta.real(0) == 0 || c.in(1).type() != start.type() || delta.type() != start.type()) {
            throw c.wrong("it counts from " + start + " by " + delta.real(0) + " of " + delta);
        }
        double steps = Math.ceil((c.in(1).real(0) - start.real(0)) / delta.real(0));
        OnnxValue y = c.make(start.type(), (int) Math.max(0, Math.min(Integer.MAX_VALUE, steps)));
        for (int i = 0; i < y.size(); i++) {
            if (y.longs() != null) {
                y.longs()[i] = y.type().wrap(start.longs()[0] + i * delta.longs()[0]);
            } else {
                y.set(i, start.real(0) + i * delta.real(0));
            }
        }
        return y;
    }

    static String describe(long[] values) {
        return Arrays.toString(values);
    }
}
