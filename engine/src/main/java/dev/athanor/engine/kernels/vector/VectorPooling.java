package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.I;
import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/** Maximum pooling: vectors run over channels, and over what channels fill no vector, plain loops. */
final class VectorPooling {
    private VectorPooling() {}

    static void forward(Convolution s, Tensor x, Tensor y, Tensor argmax) {
        int channels = s.channels();
        int whole = channels / LANES * LANES;
        int image = s.height() * s.width() * channels;
        int out = 0;
        for (int b = 0; b < x.dim(0); b++) {
            int base = x.offset() + b * image;
            for (int oh = 0; oh < s.outHeight(); oh++) {
                int top = Math.max(0, oh * s.stride() - s.padding());
                int bottom = Math.min(s.height(), oh * s.stride() - s.padding() + s.kernelHeight());
                for (int ow = 0; ow < s.outWidth(); ow++) {
                    int left = Math.max(0, ow * s.stride() - s.padding());
                    int right = Math.min(s.width(), ow * s.stride() - s.padding() + s.kernelWidth());
                    window(
                            s,
                            x.floats(),
                            base,
                            top,
                            bottom,
                            left,
                            right,
                            whole,
                            y.floats(),
                            y.offset() + out,
                            argmax.ints(),
                            argmax.offset() + out);
                    for (int c = whole; c < channels; c++) {
                        one(
                                s,
                                x.floats(),
                                base,
                                top,
                                bottom,
                                left,
                                right,
                                c,
                                y.floats(),
                                y.offset() + out + c,
                                argmax.ints(),
                                argmax.offset() + out + c);
                    }
                    out += channels;
                }
            }
        }
    }

    private static void window(
            Convolution s,
            float[] x,
            int base,
            int top,
            int bottom,
            int left,
            int right,
            int whole,
            float[] y,
            int yo,
            int[] argmax,
            int ao) {
        int first = top >= bottom || left >= right ? -1 : (top * s.width() + left) * s.channels();
        start(x, base, first, y, yo, argmax, ao, whole);
        for (int h = top; h < bottom; h++) {
            for (int w = left; w < right; w++) {
                challenge(x, base, (h * s.width() + w) * s.channels(), y, yo, argmax, ao, whole);
            }
        }
    }

    /** The window's first place leads in every channel; a window that lies in the padding has no leader. */
    private static void start(float[] x, int base, int first, float[] y, int yo, int[] argmax, int ao, int channels) {
        for (int c = 0; c < channels; c++) {
            y[yo + c] = first < 0 ? 0 : x[base + first + c];
            argmax[ao + c] = first < 0 ? -1 : first + c;
        }
    }

    /** Another place takes the lead in the channels where its value is greater. */
    private static void challenge(float[] x, int base, int at, float[] y, int yo, int[] argmax, int ao, int channels) {
        IntVector iota = IntVector.fromArray(I, VectorElementwise.IOTA, 0);
        for (int c = 0; c < channels; c += LANES) {
            FloatVector v = FloatVector.fromArray(S, x, base + at + c);
            FloatVector max = FloatVector.fromArray(S, y, yo + c);
            VectorMask<Float> greater = v.compare(VectorOperators.GT, max);
            max.blend(v, greater).intoArray(y, yo + c);
            // indices travel as bits of floats, so that one mask selects both
            FloatVector index = iota.add(at + c).reinterpretAsFloats();
            FloatVector winner = IntVector.fromArray(I, argmax, ao + c).reinterpretAsFloats();
            winner.blend(index, greater).reinterpretAsInts().intoArray(argmax, ao + c);
        }
    }

    private static void one(
            Convolution s,
            float[] x,
            int base,
            int top,
            int bottom,
            int left,
            int right,
            int c,
            float[] y,
            int yo,
            int[] argmax,
            int ao) {
        int best = -1;
        float max = 0;
        for (int h = top; h < bottom; h++) {
            for (int w = left; w < right; w++) {
                int at = (h * s.width() + w) * s.channels() + c;
                float v = x[base + at];
                if (best < 0 || v > max) {
                    best = at;
                    max = v;
                }
            }
        }
        y[yo] = max;
        argmax[ao] = best;
    }

    static void backward(Convolution s, Tensor dy, Tensor argmax, Tensor dx) {
        int image = s.height() * s.width() * s.channels();
        int perImage = s.outHeight() * s.outWidth() * s.channels();
        float[] from = dy.floats();
        float[] to = dx.floats();
        int[] winners = argmax.ints();
        for (int b = 0; b < dx.dim(0); b++) {
            int base = dx.offset() + b * image;
            int at = b * perImage;
            for (int i = 0; i < perImage; i++) {
                int winner = winners[argmax.offset() + at + i];
                if (winner >= 0) {
                    to[base + winner] += from[dy.offset() + at + i];
                }
            }
        }
    }
}
