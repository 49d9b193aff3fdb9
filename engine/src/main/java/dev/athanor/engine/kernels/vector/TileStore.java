package dev.athanor.engine.kernels.vector;

import static dev.athanor.engine.kernels.vector.Lanes.LANES;
import static dev.athanor.engine.kernels.vector.Lanes.S;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.tensor.Tensor;
import jdk.incubator.vector.FloatVector;

/** Brings a register tile's results to their matrix, adding what is there and what the epilogue asks for. */
final class TileStore {
    private TileStore() {}

    static void store(
            Panels panels,
            int rows,
            int width,
            float[] out,
            int co,
            int i0,
            int n,
            int j0,
            boolean add,
            Epilogue epilogue) {
        int at = co + i0 * n + j0;
        float[] tile = panels.tile;
        int columns = Math.min(width, n - j0);
        boolean whole = columns == width;
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
        if (whole) {
            for (int r = 0; r < rows; r++) {
                for (int v = 0; v < width; v += LANES) {
                    FloatVector.fromArray(S, tile, r * width + v).intoArray(out, at + r * n + v);
                }
            }
        } else {
            for (int r = 0; r < rows; r++) {
                System.arraycopy(tile, r * width, out, at + r * n, columns);
            }
        }
    }

    /** Adds rows of an array, {@code stride} apart, to the tile's. */
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
