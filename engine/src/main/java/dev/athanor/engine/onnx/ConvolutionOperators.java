package dev.athanor.engine.onnx;

import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.Tensor;
import java.util.Arrays;

/** Convolutions, as matrix products with the windows side by side. */
final class ConvolutionOperators {
    private ConvolutionOperators() {}

    static void addTo(OnnxOperators.Table table) {
        table.add("Conv", OnnxOperator.of(ConvolutionOperators::convolve));
    }

    private static OnnxValue convolve(OnnxCall c) {
        OnnxValue x = c.real(0);
        OnnxValue w = c.real(1);
        OnnxValue bias = c.optional(2);
        int groups = Math.toIntExact(c.number("group", 1));
        if (x.rank() != w.rank() || groups < 1 || w.dim(0) % groups != 0 || x.dim(1) != w.dim(1) * groups) {
            throw c.wrong("its image is " + x + ", its filters " + w + " in " + groups + " groups");
        }
        int batch = x.dim(0);
        int filters = w.dim(0) / groups;
        Windows windows = Windows.of(c, x, Arrays.copyOfRange(w.shape(), 2, w.rank()));
        int channels = w.dim(1);
        int rows = channels * windows.kernelSize();
        int columns = windows.outSize();
        OnnxValue y = c.make(x.type(), windows.shape(batch, w.dim(0)));
        if (y.size() == 0) {
            return y;
        }
        OnnxValue patches = c.make(OnnxType.FLOAT, rows, columns);
        OnnxValue image = CastOperators.cast(c, x, OnnxType.FLOAT);
        OnnxValue weights = CastOperators.cast(c, w, OnnxType.FLOAT);
        OnnxValue result = y.type() == OnnxType.FLOAT ? y : c.make(OnnxType.FLOAT, y.shape());
        int[] sources = sources(windows);
        for (int b = 0; b < batch; b++) {
            for (int g = 0; g < groups; g++) {
                int from = (b * x.dim(1) + g * channels) * windows.inSize();
                unfold(image.floats(), from, channels, windows, sources, patches.floats());
                int to = (b * w.dim(0) + g * filters) * columns;
                c.kernels()
                        .matmul(
                                Tensor.of(weights.floats(), g * filters * rows, new int[] {filters, rows}),
                                patches.tensor(rows, columns),
                                Tensor.of(result.floats(), to, new int[] {filters, columns}),
                                false,
                                Epilogue.NONE);
            }
        }
        if (bias != null) {
            for (int i = 0; i < batch * w.dim(0); i++) {
                float add = (float) bias.real(i % w.dim(0));
                for (int k = 0; k < columns; k++) {
                    result.floats()[i * columns + k] += add;
                }
            }
        }
        if (result != y) {
            for (int i = 0; i < y.size(); i++) {
                y.set(i, result.real(i));
            }
        }
        return y;
    }

    /** The element of an image for each element of each window, or -1 in the border: (K,OUT). */
    private static int[] sources(Windows windows) {
        int columns = windows.outSize();
        int[] sources = new int[Math.multiplyExact(windows.kernelSize(), columns)];
        Odometer element = new Odometer(windows.kernel());
        for (int k = 0; k < windows.kernelSize(); k++, element.next()) {
            Odometer window = new Odometer(windows.out());
            for (int o = 0; o < columns; o++, window.next()) {
                sources[k * columns + o] = windows.source(window, element);
            }
        }
        return sources;
    }

    private static void unfold(float[] x, int from, int channels, Windows windows, int[] sources, float[] patches) {
        int size = windows.inSize();
        for (int channel = 0; channel < channels; channel++) {
            int image = from + channel * size;
            int to = channel * sources.length;
            for (int i = 0; i < sources.length; i++) {
                patches[to + i] = sources[i] < 0 ? 0 : x[image + sources[i]];
            }
        }
    }
}
