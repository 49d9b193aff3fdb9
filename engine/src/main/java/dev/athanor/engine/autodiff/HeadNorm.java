package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;

/** Root-mean-square normalisation of each query and key head (Qwen 3, Gemma 3); values pass as they are. */
public final class HeadNorm extends Op {
    private final AttentionShape shape;
    private final Value x;
    private final Value output;
    private final Part queries;
    private final Part keys;
    private final Tensor values;
    private final Tensor valuesOut;
    private final Tensor valuesGradient;
    private final Tensor valuesGradientOut;
    private final Tensor gradient;

    private HeadNorm(AttentionShape shape, Value x, Value queryGain, Value keyGain, double epsilon) {
        super(x, queryGain, keyGain);
        this.shape = shape;
        this.x = x;
        int width = x.tensor().dim(1);
        int keysAt = shape.queryWidth();
        int valuesAt = keysAt + shape.keyWidth();
        this.output = result(width);
        boolean backward = output.needsGradient();
        this.gradient =
                backward && x.needsGradient() ? tape().allocate(x.tensor().shape()) : null;
        this.queries = new Part(queryGain, epsilon, shape.heads(), 0, keysAt);
        this.keys = new Part(keyGain, epsilon, shape.keyHeads(), keysAt, valuesAt);
        this.values = x.tensor().slice(1, valuesAt, width);
        this.valuesOut = output.tensor().slice(1, valuesAt, width);
        this.valuesGradient = gradient == null ? null : gradient.slice(1, valuesAt, width);
        this.valuesGradientOut = gradient == null ? null : output.gradient().slice(1, valuesAt, width);
    }

    /**
     * Records the normalisation.
     *
     * @param x queries, keys and values side by side (T,(H+2·G)·D)
     * @param queryGain (D)
     * @param keyGain (D)
     * @return as {@code x}
     */
    public static Value apply(AttentionShape shape, Value x, Value queryGain, Value keyGain, double epsilon) {
        if (x.tensor().rank() != 2
                || x.tensor().dim(1) != shape.queryWidth() + 2 * shape.keyWidth()
                || queryGain.tensor().size() != shape.headWidth()
                || keyGain.tensor().size() != shape.headWidth()) {
            throw new IllegalArgumentException("Cannot record head normalisation of " + x.tensor() + " with "
                    + queryGain.tensor() + " and " + keyGain.tensor() + " for " + shape);
        }
        return x.tape()
                .record(new HeadNorm(shape, x, queryGain, keyGain, epsilon))
                .output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void setRows(int rows) {
        queries.setRows(rows);
        keys.setRows(rows);
        values.setRows(rows);
        valuesOut.setRows(rows);
        if (gradient != null) {
            gradient.setRows(rows);
            valuesGradient.setRows(rows);
            valuesGradientOut.setRows(rows);
        }
    }

    @Override
    void forward(Kernels kernels) {
        queries.forward(kernels);
        keys.forward(kernels);
        kernels.copy(values, valuesOut);
    }

    @Override
    void backward(Kernels kernels) {
        queries.backward(kernels);
        keys.backward(kernels);
        if (gradient != null) {
            kernels.copy(valuesGradientOut, valuesGradient);
            x.addGradient(kernels, gradient);
        }
    }

    /** Queries or keys: some columns, and contiguous copies of them with a row for each head. */
    private final class Part {
        private final Value gain;
        private final double epsilon;
        private final int heads;
        private final Tensor in;
        private final Tensor out;
        private final Tensor outGradient;
        private final Tensor inGradient;
        private final Tensor own;
        private final Tensor ownByHead;
        private final Tensor room;
        private final Tensor roomByHead;
        private final Tensor dx;
        private final Tensor dxByHead;
        private final Tensor dgain;
        private final Tensor rstd;

        Part(Value gain, double epsilon, int heads, int from, int to) {
            this.gain = gain;
            this.epsilon = epsilon;
            this.heads = heads;
            int capacity = x.tensor().dim(0);
            this.in = x.tensor().slice(1, from, to);
            this.out = output.tensor().slice(1, from, to);
            this.outGradient = output.needsGradient() ? output.gradient().slice(1, from, to) : null;
            this.inGradient = gradient == null ? null : gradient.slice(1, from, to);
            this.own = tape().allocate(capacity, to - from);
            this.ownByHead = own.reshape(-1, shape.headWidth());
            this.room = tape().allocate(capacity, to - from);
            this.roomByHead = room.reshape(-1, shape.headWidth());
            this.dx = tape().allocate(capacity, to - from);
            this.dxByHead = dx.reshape(-1, shape.headWidth());
            this.dgain = gain.needsGradient() ? gain.gradient() : tape().allocate(shape.headWidth());
            this.rstd = tape().allocate(capacity * heads);
        }

        void setRows(int rows) {
            in.setRows(rows);
            out.setRows(rows);
            own.setRows(rows);
            room.setRows(rows);
            dx.setRows(rows);
            ownByHead.setRows(rows * heads);
            roomByHead.setRows(rows * heads);
            dxByHead.setRows(rows * heads);
            rstd.setRows(rows * heads);
            if (outGradient != null) {
                outGradient.setRows(rows);
            }
            if (inGradient != null) {
                inGradient.setRows(rows);
            }
        }

        void forward(Kernels kernels) {
            kernels.copy(in, own);
            kernels.rmsNorm(ownByHead, gain.tensor(), epsilon, roomByHead, rstd);
            kernels.copy(room, out);
        }

        void backward(Kernels kernels) {
            kernels.copy(outGradient, room);
            kernels.fill(dx, 0);
            if (gain.needsGradient()) {
                gain.accumulateGradient(kernels);
            }
            kernels.rmsNormBackward(ownByHead, gain.tensor(), rstd, roomByHead, dxByHead, dgain);
            if (inGradient != null) {
                kernels.copy(dx, inGradient);
            }
        }
    }
}
