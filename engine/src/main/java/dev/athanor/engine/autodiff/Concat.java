package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;

/** Rows of several values side by side: (B,D1), (B,D2), … to (B,D1+D2+…). */
public final class Concat extends Op {
    private final Value[] parts;
    private final int[] widths;
    private final int width;
    private final Value output;

    private Concat(List<Value> parts) {
        super(parts.toArray(Value[]::new));
        this.parts = parts.toArray(Value[]::new);
        this.widths = parts.stream().mapToInt(Value::width).toArray();
        this.width = java.util.Arrays.stream(widths).sum();
        this.output = result(width);
    }

    /**
     * Records the concatenation; a single part is itself.
     *
     * @param parts each (B,Di)
     */
    public static Value apply(List<Value> parts) {
        return parts.size() == 1
                ? parts.get(0)
                : parts.get(0).tape().record(new Concat(parts)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        Tensor y = output.tensor();
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            Tensor x = parts[i].tensor();
            for (int b = 0; b < y.dim(0); b++) {
                TensorRows.copy(x, b * widths[i], y, b * width + at, widths[i]);
            }
            at += widths[i];
        }
    }

    @Override
    void backward(Kernels kernels) {
        Tensor dy = output.gradient();
        int at = 0;
        for (int i = 0; i < parts.length; i++) {
            if (parts[i].needsGradient()) {
                Tensor dx = parts[i].gradient();
                boolean add = parts[i].claimGradient();
                for (int b = 0; b < dy.dim(0); b++) {
                    if (add) {
                        TensorRows.add(dy, b * width + at, dx, b * widths[i], widths[i], 1);
                    } else {
                        TensorRows.copy(dy, b * width + at, dx, b * widths[i], widths[i]);
                    }
                }
            }
            at += widths[i];
        }
    }
}
