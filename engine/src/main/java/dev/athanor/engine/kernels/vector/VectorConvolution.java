package dev.athanor.engine.kernels.vector;

import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.Tensor;

/** Convolution, forward and backward, as products whose left operand is the images' windows. */
final class VectorConvolution {
    private VectorConvolution() {}

    static void forward(Convolution s, Tensor x, Tensor w, Tensor y, Epilogue epilogue) {
        Panels panels = Panels.local();
        Windows windows = panels.windows.of(s, x.floats(), x.offset(), false, panels);
        int pixels = x.dim(0) * s.outHeight() * s.outWidth();
        Gemm.run(panels, windows, pixels, panels.operand.of(w), y.floats(), y.offset(), false, epilogue);
    }

    static void forward(Convolution s, Tensor x, PackedPanels w, Tensor y, Epilogue epilogue) {
        Panels panels = Panels.local();
        Windows windows = panels.windows.of(s, x.floats(), x.offset(), false, panels);
        int pixels = x.dim(0) * s.outHeight() * s.outWidth();
        Gemm.run(panels, windows, pixels, w, y.floats(), y.offset(), false, epilogue);
    }

    static void backwardInput(Convolution s, Tensor dy, Tensor w, Tensor dx) {
        Panels panels = Panels.local();
        if (s.stride() != 1) {
            backwardStrided(panels, s, dy, w, dx);
            return;
        }
        int f = s.filters();
        int c = s.channels();
        float[] turned = panels.filters(s.kernelHeight() * s.kernelWidth() * f * c);
        turn(s, w, turned);
        Windows windows = panels.windows.ofGradient(s, dy.floats(), dy.offset());
        Right filters = panels.operand.of(turned, 0, s.kernelHeight() * s.kernelWidth() * f, c, c, 1);
        int pixels = dx.dim(0) * s.height() * s.width();
        Gemm.run(panels, windows, pixels, filters, dx.floats(), dx.offset(), true, Epilogue.NONE);
    }

    /** (KH·KW·C, F) to (KH·KW·F, C), with both spatial axes reversed. */
    private static void turn(Convolution s, Tensor w, float[] to) {
        int f = s.filters();
        int c = s.channels();
        int places = s.kernelHeight() * s.kernelWidth();
        float[] from = w.floats();
        int s0 = w.stride(0);
        int s1 = w.stride(1);
        for (int place = 0; place < places; place++) {
            int at = w.offset() + (places - 1 - place) * c * s0;
            int start = place * f * c;
            for (int i = 0; i < f; i++) {
                for (int j = 0; j < c; j++) {
                    to[start + i * c + j] = from[at + j * s0 + i * s1];
                }
            }
        }
    }

    /** Image by image: the gradient of all windows, then each added where the window lay. */
    private static void backwardStrided(Panels panels, Convolution s, Tensor dy, Tensor w, Tensor dx) {
        int pixels = s.outHeight() * s.outWidth();
        int f = s.filters();
        int size = s.windowSize();
        float[] windows = panels.filters(pixels * size);
        for (int b = 0; b < dx.dim(0); b++) {
            StridedLeft left = panels.strided.of(dy.floats(), dy.offset() + b * pixels * f, f);
            Right turned = panels.operand.of(w.floats(), w.offset(), f, w.stride(1), size, w.stride(0));
            Gemm.run(panels, left, pixels, turned, windows, 0, false, Epilogue.NONE);
            Windows.scatter(s, windows, dx.floats(), dx.offset() + b * s.height() * s.width() * s.channels());
        }
    }

    static void backwardFilter(Convolution s, Tensor x, Tensor dy, Tensor dw) {
        Panels panels = Panels.local();
        Windows windows = panels.windows.of(s, x.floats(), x.offset(), true, panels);
        int pixels = x.dim(0) * s.outHeight() * s.outWidth();
        Right gradient = panels.operand.of(dy.floats(), dy.offset(), pixels, s.filters(), s.filters(), 1);
        Gemm.run(panels, windows, s.windowSize(), gradient, dw.floats(), dw.offset(), true, Epilogue.NONE);
    }
}
