package dev.athanor.engine.onnx;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/** Values made comparable: layer, batch, group and instance normalisation, and softmax. */
final class NormOperators {
    private NormOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("LayerNormalization", 17, NormOperators::layerNorm);
        table.add("RMSNormalization", 23, OnnxOperator.of(NormOperators::rmsNorm));
        table.add("BatchNormalization", NormOperators::batchNorm);
        table.add("InstanceNormalization", OnnxOperator.of(c -> {
            OnnxValue x = c.real(0);
            return grouped(c, x, x.dim(1), x.dim(1));
        }));
        table.add("GroupNormalization", 18, OnnxOperator.of(c -> {
            int groups = Math.toIntExact(c.number("num_groups", 1));
            return grouped(c, c.real(0), groups, c.in(1).size());
        }));
        table.add("LpNormalization", OnnxOperator.of(c -> {
            OnnxValue x = c.real(0);
            long p = c.number("p", 2);
            return lines(c, x, c.axis(c.number("axis", -1), x.rank()), line -> {
                double sum = 0;
                for (double v : line) {
                    sum += p == 1 ? Math.abs(v) : v * v;
                }
                double norm = p == 1 ? sum : Math.sqrt(sum);
                for (int i = 0; i < line.length; i++) {
                    line[i] = norm == 0 ? 0 : line[i] / norm;
                }
            });
        }));
        table.add("LRN", OnnxOperator.of(NormOperators::localResponse));
        table.add("Softmax", OnnxOperator.of(c -> softmax(c, Kind.SOFTMAX)));
        table.add("LogSoftmax", OnnxOperator.of(c -> softmax(c, Kind.LOG)));
        table.add("Hardmax", OnnxOperator.of(c -> softmax(c, Kind.HARD)));
    }

    private enum Kind {
        SOFTMAX,
        LOG,
        HARD
    }

    /** What is done to a line of elements. */
    @FunctionalInterface
    private interface Change {
        void apply(double[] line);
    }

    private static OnnxValue lines(OnnxCall c, OnnxValue x, int axis, Change change) {
        Lines lines = Lines.along(x.shape(), axis);
        OnnxValue y = c.make(x.type(), x.shape());
        double[] line = new double[lines.length()];
        for (int l = 0; l < lines.count(); l++) {
            for (int i = 0; i < line.length; i++) {
                line[i] = x.real(lines.start(l) + i * lines.step());
            }
            change.apply(line);
            for (int i = 0; i < line.length; i++) {
                y.set(lines.start(l) + i * lines.step(), line[i]);
            }
        }
        return y;
    }

    private static OnnxValue softmax(OnnxCall c, Kind kind) {
        OnnxValue given = c.real(0);
        boolean flat = c.opset() < 13;
        int axis = c.axis(c.number("axis", flat ? 1 : -1), Math.max(1, given.rank()));
        OnnxValue x = given;
        if (flat) {
            int rows = OnnxValue.elements(Arrays.copyOf(given.shape(), axis));
            x = given.reshape(rows, rows == 0 ? 0 : given.size() / rows);
            axis = 1;
        }
        if (kind == Kind.SOFTMAX && x.type() == OnnxType.FLOAT && axis == x.rank() - 1 && x.size() > 0) {
            OnnxValue y = c.make(x.type(), given.shape());
            int columns = x.dim(axis);
            c.kernels().softmax(x.tensor(x.size() / columns, columns), y.tensor(x.size() / columns, columns));
            return y;
        }
        return lines(c, x, axis, line -> soften(kind, line)).reshape(given.shape());
    }

    private static void soften(Kind kind, double[] line) {
        int top = 0;
        for (int i = 1; i < line.length; i++) {
            top = line[i] > line[top] ? i : top;
        }
        double most = line.length == 0 ? 0 : line[top];
        double sum = 0;
        for (double v : line) {
            sum += Math.exp(v - most);
        }
        double log = most + Math.log(sum);
        for (int i = 0; i < line.length; i++) {
            line[i] = switch (kind) {
                case SOFTMAX -> Math.exp(line[i] - log);
                case LOG -> line[i] - log;
                case HARD -> i == top ? 1 : 0;
            };
        }
    }

    private static OnnxValue[] layerNorm(OnnxCall c) {
        OnnxValue x = c.real(0);
        OnnxValue scale = c.in(1);
        OnnxValue bias = c.optional(2);
        int axis = c.axis(c.number("axis", -1), x.rank());
        int rows = OnnxValue.elements(Arrays.copyOf(x.shape(), axis));
        int columns = rows == 0 ? 0 : x.size() / rows;
        float epsilon = c.real("epsilon", 1e-5);
        int[] kept = x.shape().clone();
        Arrays.fill(kept, axis, kept.length, 1);
        OnnxType statistics = x.type() == OnnxType.DOUBLE ? OnnxType.DOUBLE : OnnxType.FLOAT;
        OnnxValue mean = c.make(statistics, kept);
        OnnxValue deviation = c.make(statistics, kept);
        OnnxValue y = c.make(x.type(), x.shape());
        boolean fits = scale.size() == columns && (bias == null || bias.size() == columns);
        if (fits && x.type() == OnnxType.FLOAT && scale.type() == OnnxType.FLOAT && x.size() > 0) {
            Tensor beta = bias == null ? Tensor.zeros(DType.FLOAT32, columns) : bias.tensor(columns);
            c.kernels()
                    .layerNorm(
                            x.tensor(rows, columns),
                            scale.tensor(columns),
                            beta,
                            epsilon,
                            y.tensor(rows, columns),
                            mean.tensor(rows),
                            deviation.tensor(rows));
            return new OnnxValue[] {y, mean, deviation};
        }
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int i = 0; i < columns; i++) {
                sum += x.real(row * columns + i);
            }
            double squares = 0;
            for (int i = 0; i < columns; i++) {
                squares += Math.pow(x.real(row * columns + i) - sum / columns, 2);
            }
            double inverse = 1 / Math.sqrt(squares / columns + epsilon);
            mean.set(row, sum / columns);
            deviation.set(row, inverse);
            for (int i = 0; i < columns; i++) {
                y.set(row * columns + i, (x.real(row * columns + i) - sum / columns) * inverse);
            }
        }
        scaleAndShift(c, y, scale, bias);
        return new OnnxValue[] {y, mean, deviation};
    }

    /** Multiplies by a scale and adds a bias, both broadcast. */
    private static void scaleAndShift(OnnxCall c, OnnxValue y, OnnxValue scale, OnnxValue bias) {
        int[] shape = bias == null ? new int[0] : bias.shape();
        if (!Arrays.equals(Broadcast.shape(y.shape(), scale.shape()), y.shape())
                || !Arrays.equals(Broadcast.shape(y.shape(), shape), y.shape())) {
            throw c.wrong("its scale is " + scale + ", which does not fit " + y);
        }
        Broadcast.walk(y.shape(), scale.shape(), shape, (at, n, i, stepS, j, stepB) -> {
            for (int k = 0; k < n; k++) {
                double add = bias == null ? 0 : bias.real(j + k * stepB);
                y.set(at + k, y.real(at + k) * scale.real(i + k * stepS) + add);
            }
        });
    }

    private static OnnxValue rmsNorm(OnnxCall c) {
        OnnxValue x = c.real(0);
        int axis = c.axis(c.number("axis", -1), x.rank());
        int rows = OnnxValue.elements(Arrays.copyOf(x.shape(), axis));
        int columns = rows == 0 ? 0 : x.size() / rows;
        float epsilon = c.real("epsilon", 1e-5);
        OnnxValue y = c.make(x.type(), x.shape());
        for (int row = 0; row < rows; row++) {
            double squares = 0;
            for (int i = 0; i < columns; i++) {
                squares += x.real(row * columns + i) * x.real(row * columns + i);
            }
            double inverse = 1 / Math.sqrt(squares / columns + epsilon);
            for (int i = 0; i < columns; i++) {
                y.set(row * columns + i, x.real(row * columns + i) * inverse);
            }
        }
        scaleAndShift(c, y, c.in(1), null);
        return y;
    }

    private static OnnxValue[] batchNorm(OnnxCall c) {
        OnnxValue x = c.real(0);
        int channels = x.rank() == 1 ? 1 : x.dim(1);
        int size = x.size() == 0 ? 0 : x.size() / (x.dim(0) * channels);
        float epsilon = c.real("epsilon", 1e-5);
        boolean training = c.flag("training_mode", false);
        float momentum = c.real("momentum", 0.9);
        OnnxValue y = c.make(x.type(), x.shape());
        OnnxValue means = c.make(c.in(3).type(), c.in(3).shape());
        OnnxValue variances = c.make(c.in(4).type(), c.in(4).shape());
        for (int channel = 0; channel < channels; channel++) {
            double mean = c.in(3).real(channel);
            double variance = c.in(4).real(channel);
            if (training) {
                double[] own = moments(x, channel, channels, size);
                means.set(channel, mean * momentum + own[0] * (1 - momentum));
                variances.set(channel, variance * momentum + own[1] * (1 - momentum));
                mean = own[0];
                variance = own[1];
            }
            double scale = c.in(1).real(channel) / Math.sqrt(variance + epsilon);
            double shift = c.in(2).real(channel) - mean * scale;
            for (int b = 0; b < x.dim(0); b++) {
                int from = (b * channels + channel) * size;
                for (int i = from; i < from + size; i++) {
                    y.set(i, x.real(i) * scale + shift);
                }
            }
        }
        return new OnnxValue[] {y, means, variances};
    }

    private static double[] moments(OnnxValue x, int channel, int channels, int size) {
        double sum = 0;
        double squares = 0;
        int n = x.dim(0) * size;
        for (int pass = 0; pass < 2; pass++) {
            for (int b = 0; b < x.dim(0); b++) {
                int from = (b * channels + channel) * size;
                for (int i = from; i < from + size; i++) {
                    if (pass == 0) {
                        sum += x.real(i);
                    } else {
                        squares += Math.pow(x.real(i) - sum / n, 2);
                    }
                }
            }
        }
        return new double[] {sum / n, squares / n};
    }

    /**
     * Normalises groups of channels of each image.
     *
     * @param scales how many scales and biases there are: one per group, or one per channel
     */
    private static OnnxValue grouped(OnnxCall c, OnnxValue x, int groups, int scales) {
        float epsilon = c.real("epsilon", 1e-5);
        int channels = x.dim(1);
        if (groups < 1 || channels % groups != 0 || (scales != channels && scales != groups)) {
            throw c.wrong("it has " + groups + " groups and " + scales + " scales for " + x);
        }
        OnnxValue y = c.make(x.type(), x.shape());
        int images = x.dim(0) * groups;
        int size = images == 0 ? 0 : x.size() / images;
        int pixels = size / (channels / groups);
        for (int image = 0; image < images; image++) {
            double[] moments = moments(x.reshape(1, images, size), image, images, size);
            double inverse = 1 / Math.sqrt(moments[1] + epsilon);
            for (int i = 0; i < size; i++) {
                int channel = image % groups * (channels / groups) + i / pixels;
                int which = scales == channels ? channel : image % groups;
                double v = (x.real(image * size + i) - moments[0]) * inverse;
                y.set(image * size + i, v * c.in(1).real(which) + c.in(2).real(which));
            }
        }
        return y;
    }

    private static OnnxValue localResponse(OnnxCall c) {
        OnnxValue x = c.real(0);
        int size = Math.toIntExact(c.number("size", 1));
        float alpha = c.real("alpha", 1e-4);
        float beta = c.real("beta", 0.75);
        float bias = c.real("bias", 1);
        return lines(c, x, 1, line -> {
            double[] from = line.clone();
            for (int i = 0; i < line.length; i++) {
                double squares = 0;
                int low = Math.max(0, i - (size - 1) / 2);
                int high = Math.min(line.length - 1, i + size / 2);
                for (int k = low; k <= high; k++) {
                    squares += from[k] * from[k];
                }
                line[i] = from[i] / Math.pow(bias + alpha / size * squares, beta);
            }
        });
    }
}
