package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Applies epilogues to results that are still in the first cache, and brings partial tiles to their matrix. */
final class TileStore {
    private TileStore() {}

    /** Applies an epilogue to whole vectors of {@code rows} rows of a result, in place. */
    static void finish(int rows, int width, float[] c, int at, int i0, int n, int j0, Epilogue epilogue) {
        Tensor bias = epilogue.bias();
        Tensor residual = epilogue.residual();
        Activation f = epilogue.activation();
        boolean relu = f == Activation.RELU;
        if (bias != null) {
            addBias(rows, width, bias.floats(), bias.offset() + j0, c, at, n, relu && residual == null);
        }
        if (residual != null) {
            float[] from = residual.floats();
            int start = residual.offset() + i0 * n + j0;
            for (int r = 0; r < rows; r++) {
                VectorArithmetic.axpy(1, from, start + r * n, c, at + r * n, width);
            }
        }
        if (!relu || bias == null || residual != null) {
            activate(f, rows, width, c, at, n);
        }
    }

    /** Applies an activation to a tile in the result. */
    static void activate(Activation f, int rows, int width, float[] c, int at, int n) {
        if (f != Activation.IDENTITY) {
            for (int r = 0; r < rows; r++) {
                VectorElementwise.activate(f, c, at + r * n, c, at + r * n, width);
            }
        }
    }

    private static void addBias(int rows, int width, float[] bias, int bo, float[] c, int at, int n, boolean relu) {
        for (int v = 0; v < width; v += LANES) {
            FloatVector b = FloatVector.fromArray(S, bias, bo + v);
            for (int r = 0; r < rows; r++) {
                FloatVector x = FloatVector.fromArray(S, c, at + r * n + v).add(b);
                if (relu) {
                    x = x.blend(0f, x.compare(VectorOperators.LT, 0f));
                }
                x.intoArray(c, at + r * n + v);
            }
        }
    }

    /** Brings a tile whose last columns lie beyond the result's to the result. */
    static void store(
            Panels panels,
            int rows,
            int width,
            float[] out,
            int at,
            int i0,
            int n,
            int j0,
            boolean add,
            Epilogue epilogue) {
        float[] tile = panels.tile;
        int columns = n - j0;
        if (add) {
            addRows(panels, rows, width, columns, out, at, n);
        }
        if (epilogue.bias() != null) {
            Tensor bias = epilogue.bias();
            addRows(panels, rows, width, columns, bias.floats(), bias.offset() + j0, 0);
        }
        if (epilogue.residual() != null) {
            Tensor residual = epilogue.residual();
            addRows(panels, rows, width, columns, residual.floats(), residual.offset() + i0 * n + j0, n);
        }
        if (epilogue.activation() != Activation.IDENTITY) {
            VectorElementwise.activate(epilogue.activation(), tile, 0, tile, 0, rows * width);
        }
        for (int r = 0; r < rows; r++) {
            System.arraycopy(tile, r * width, out, at + r * n, columns);
        }
    }

    /** Adds rows of an array, {@code stride} apart, to the tile's; reads whole vectors where the array has room. */
    private static void addRows(Panels panels, int rows, int width, int columns, float[] from, int at, int stride) {
        float[] tile = panels.tile;
        for (int r = 0; r < rows; r++) {
            float[] source = from;
            int start = at + r * stride;
            if (start + width > from.length) {
                source = panels.pad0;
                System.arraycopy(from, start, source, 0, columns);
                start = 0;
            }
            for (int v = 0; v < width; v += LANES) {
                FloatVector.fromArray(S, tile, r * width + v)
                        .add(FloatVector.fromArray(S, source, start + v))
                        .intoArray(tile, r * width + v);
            }
        }
    }
}
