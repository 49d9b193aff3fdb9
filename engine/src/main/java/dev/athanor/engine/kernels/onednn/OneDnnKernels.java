package dev.athanor.engine.kernels.onednn;

import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.ForwardingKernels;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.LowPrecisionRows;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.kernels.Shapes;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;

/**
 * The vector kernels, with products of {@link Precision#INT8} and, where the processor has the instructions, {@link
 * Precision#BFLOAT16} computed by oneDNN.
 *
 * <p>A block of rows is rounded into memory outside the heap, multiplied there, and its sums scaled and finished on
 * their way back: the block is small enough that all this stays in the second cache beside the weights.
 */
final class OneDnnKernels extends ForwardingKernels {
    /** Most rows of a block. */
    static final int ROWS = 64;

    /** Blocks are that much higher than each other; the rows added are computed and not used. */
    static final int HEIGHT_STEP = 8;

    private final LowPrecisionRows rounding;
    private final OneDnn library;
    private final ThreadLocal<Workspace> workspaces;

    OneDnnKernels(Kernels others, LowPrecisionRows rounding, OneDnn library) {
        super(others);
        this.rounding = rounding;
        this.library = library;
        this.workspaces = ThreadLocal.withInitial(() -> new Workspace(library));
    }

    @Override
    public String name() {
        return "onednn";
    }

    @Override
    public String description() {
        return "onednn " + OneDnn.version() + (library.hasBfloat16() ? " (int8, bf16)" : " (int8)") + ", "
                + others().description();
    }

    @Override
    public PackedMatrix pack(Tensor b, Precision precision) {
        boolean ours = precision == Precision.INT8 || (precision == Precision.BFLOAT16 && library.hasBfloat16());
        if (!ours || b.dtype() != DType.FLOAT32 || b.size() == 0) {
            return others().pack(b, precision);
        }
        workspaces.get(); // pins this thread before it compiles
        return new OneDnnMatrix(library, rounding, b, precision);
    }

    @Override
    public void matmul(Tensor a, PackedMatrix b, Tensor c, Epilogue epilogue) {
        if (!(b instanceof OneDnnMatrix weights)) {
            others().matmul(a, b, c, epilogue);
            return;
        }
        Shapes.matmul(a, b, c, epilogue);
        Workspace workspace = workspaces.get();
        int m = a.dim(0);
        int blocks = (m + ROWS - 1) / ROWS;
        int even = blocks == 0 ? 0 : ((m + blocks - 1) / blocks + HEIGHT_STEP - 1) / HEIGHT_STEP * HEIGHT_STEP;
        for (int first = 0; first < m; first += even) {
            block(workspace, a, weights, c, first, Math.min(even, m - first), epilogue);
        }
    }

    private void block(
            Workspace workspace, Tensor a, OneDnnMatrix b, Tensor c, int first, int rows, Epilogue epilogue) {
        Product product = b.products[rows == 1 ? 0 : (rows + HEIGHT_STEP - 1) / HEIGHT_STEP];
        if (b.precision() == Precision.INT8) {
            rounding.quantize(a, first, rows, workspace.rowsFor(product), workspace.scales, workspace.zeros);
            rounding.finish(
                    workspace.run(product, b.memory),
                    workspace.scales,
                    workspace.zeros,
                    b.scales,
                    b.sums,
                    c,
                    first,
                    rows,
                    epilogue);
        } else {
            rounding.round(a, first, rows, workspace.rowsFor(product));
            rounding.finish(workspace.run(product, b.memory), c, first, rows, epilogue);
        }
    }
}
