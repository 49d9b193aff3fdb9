package dev.athanor.engine.transformer;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.transformer.TransformerSpec.Bands;
import dev.athanor.engine.transformer.TransformerSpec.Rotary;

/** Cosines and sines of rotary positions, grown to the longest sequence seen. */
final class RotaryTables {
    private static final int FIRST_POSITIONS = 512;

    private final double[] frequencies;
    private Tensor cos;
    private Tensor sin;

    RotaryTables(Rotary rotary) {
        frequencies = new double[rotary.width() / 2];
        for (int d = 0; d < frequencies.length; d++) {
            double frequency = Math.pow(rotary.theta(), -2.0 * d / rotary.width());
            frequencies[d] = stretched(frequency, rotary.bands()) / rotary.factor();
            if (!rotary.divisors().isEmpty()) {
                frequencies[d] /= rotary.divisors().get(d);
            }
        }
        grow(FIRST_POSITIONS);
    }

    private static double stretched(double frequency, Bands bands) {
        if (bands == null) {
            return frequency;
        }
        double wave = 2 * Math.PI / frequency;
        if (wave > bands.original() / bands.low()) {
            return frequency / bands.factor();
        } else if (wave < bands.original() / bands.high()) {
            return frequency;
        }
        double smooth = (bands.original() / wave - bands.low()) / (bands.high() - bands.low());
        return (1 - smooth) * frequency / bands.factor() + smooth * frequency;
    }

    /** Makes sure that positions below {@code count} are there. */
    void reach(int count) {
        if (count > cos.dim(0)) {
            grow(Math.max(count, cos.dim(0) * 2));
        }
    }

    private void grow(int count) {
        cos = Tensor.zeros(DType.FLOAT32, count, frequencies.length);
        sin = Tensor.zeros(DType.FLOAT32, count, frequencies.length);
        for (int p = 0; p < count; p++) {
            for (int d = 0; d < frequencies.length; d++) {
                // the angle in single precision, as the models were trained with
                float angle = p * (float) frequencies[d];
                cos.floats()[p * frequencies.length + d] = (float) Math.cos(angle);
                sin.floats()[p * frequencies.length + d] = (float) Math.sin(angle);
            }
        }
    }

    Tensor cos() {
        return cos;
    }

    Tensor sin() {
        return sin;
    }
}
