package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;

/**
 * The checks every provider makes before it computes, so that a wrong shape is one error with the operation, shapes and
 * types in it, whichever provider runs.
 *
 * <p>Each method throws {@link IllegalArgumentException} and allocates nothing when all is well.
 */
public final class Shapes {
    private Shapes() {}

    /** Checks the operands of {@link Kernels#matmul(Tensor, Tensor, Tensor, boolean, Epilogue)}. */
    public static void matmul(Tensor a, Tensor b, Tensor c, boolean accumulate, Epilogue epilogue) {
        if (a.rank() != 2 || b.rank() != 2 || c.rank() != 2 || a.dim(1) != b.dim(0)) {
            throw mismatch("multiply matrices", a, b, c);
        }
        product("multiply matrices", a, b, c, a.dim(0), b.dim(1), epilogue);
        if (accumulate && !epilogue.isNone()) {
            throw new IllegalArgumentException("Cannot multiply matrices: accumulating allows no epilogue");
        }
    }

    /** Checks the operands of {@link Kernels#matmul(Tensor, PackedMatrix, Tensor, Epilogue)}. */
    public static void matmul(Tensor a, PackedMatrix b, Tensor c, Epilogue epilogue) {
        if (a.rank() != 2 || c.rank() != 2 || a.dim(1) != b.rows() || (a.dim(1) > 1 && a.stride(1) != 1)) {
            throw new IllegalArgumentException("Cannot multiply " + a + " by packed (" + b.rows() + "," + b.columns()
                    + ") into " + c + ": inner dimensions differ, or rows are not contiguous");
        }
        product("multiply by packed matrix", a, a, c, a.dim(0), b.columns(), epilogue);
    }

    private static void product(String what, Tensor a, Tensor b, Tensor c, int m, int n, Epilogue epilogue) {
        if (a.dtype() != b.dtype() || a.dtype() != c.dtype() || a.dtype() == DType.INT32) {
            throw mismatch(what, a, b, c);
        }
        if (c.dim(0) != m || c.dim(1) != n || !c.isContiguous()) {
            throw mismatch(what, a, b, c);
        }
        epilogue(what, c, n, epilogue);
    }

    private static void epilogue(String what, Tensor result, int columns, Epilogue epilogue) {
        Tensor bias = epilogue.bias();
        if (bias != null && (bias.size() != columns || !bias.isContiguous() || bias.dtype() != result.dtype())) {
            throw mismatch(what + " with bias", result, bias, null);
        }
        Tensor residual = epilogue.residual();
        if (residual != null
                && (residual.size() != result.size()
                        || !residual.isContiguous()
                        || residual.dtype() != result.dtype())) {
            throw mismatch(what + " with residual", result, residual, null);
        }
    }

    /** Checks image and result of a convolution; {@code result} has {@code filters} channels. */
    public static void convolution(Convolution s, Tensor x, Tensor y, Epilogue epilogue) {
        images(s, x, y, s.filters());
        epilogue("convolve", y, s.filters(), epilogue);
    }

    /** Checks image, filters and result of a convolution. */
    public static void convolution(Convolution s, Tensor x, int filterRows, int filterColumns, Tensor y) {
        if (filterRows != s.windowSize() || filterColumns != s.filters()) {
            throw new IllegalArgumentException("Cannot convolve " + x + " with filters (" + filterRows + ","
                    + filterColumns + "): " + s + " needs (" + s.windowSize() + "," + s.filters() + ")");
        }
        images(s, x, y, s.filters());
    }

    /** Checks image, result and winners of a pooling. */
    public static void pooling(Convolution s, Tensor x, Tensor y, Tensor argmax) {
        images(s, x, y, s.channels());
        if (argmax.dtype() != DType.INT32 || argmax.size() < y.size() || !argmax.isContiguous()) {
            throw mismatch("pool", x, y, argmax);
        }
    }

    private static void images(Convolution s, Tensor x, Tensor y, int outChannels) {
        int batch = x.rank() == 0 ? -1 : x.dim(0);
        if (x.rank() < 2
                || y.rank() < 2
                || y.dim(0) != batch
                || x.size() != batch * s.height() * s.width() * s.channels()
                || y.size() != batch * s.outHeight() * s.outWidth() * outChannels
                || x.dtype() != y.dtype()
                || !x.isContiguous()
                || !y.isContiguous()) {
            throw new IllegalArgumentException("Cannot convolve or pool " + x + " to " + y + ": " + s + " needs ("
                    + batch + "," + s.height() + "," + s.width() + "," + s.channels() + ") to (" + batch + ","
                    + s.outHeight() + "," + s.outWidth() + "," + outChannels + "), contiguous, of one type");
        }
    }

    /** Checks that tensors are contiguous, of one type and one size; the last may be null. */
    public static void same(String what, Tensor a, Tensor b, Tensor c) {
        if (a.size() != b.size() || a.dtype() != b.dtype() || !a.isContiguous() || !b.isContiguous()) {
            throw mismatch(what, a, b, c);
        }
        if (c != null && (a.size() != c.size() || a.dtype() != c.dtype() || !c.isContiguous())) {
            throw mismatch(what, a, b, c);
        }
    }

    /** Checks two operands of any strides against a contiguous result of the same shape. */
    public static void broadcast(String what, Tensor a, Tensor b, Tensor out) {
        if (!sameShape(a, out) || !sameShape(b, out) || a.dtype() != out.dtype() || b.dtype() != out.dtype()) {
            throw mismatch(what, a, b, out);
        }
        contiguous(what, out);
    }

    /** Checks operands of a strided copy. */
    public static void copy(Tensor from, Tensor to) {
        if (!sameShape(from, to) || from.dtype() != to.dtype()) {
            throw mismatch("copy", from, to, null);
        }
    }

    private static boolean sameShape(Tensor a, Tensor b) {
        if (a.rank() != b.rank()) {
            return false;
        }
        for (int i = 0; i < a.rank(); i++) {
            if (a.dim(i) != b.dim(i)) {
                return false;
            }
        }
        return true;
    }

    /** Checks that a tensor is contiguous. */
    public static void contiguous(String what, Tensor x) {
        if (!x.isContiguous()) {
            throw new IllegalArgumentException("Cannot " + what + ": " + x + " is not contiguous");
        }
    }

    /** Checks a contiguous matrix (M,N) and a contiguous vector of {@code length}; the vector may be null. */
    public static void matrixAndVector(String what, Tensor x, Tensor vector, int length) {
        if (x.rank() < 1 || !x.isContiguous()) {
            throw mismatch(what, x, vector, null);
        }
        if (vector != null && (vector.size() < length || vector.dtype() != x.dtype() || !vector.isContiguous())) {
            throw mismatch(what, x, vector, null);
        }
    }

    /** Checks all tensors of a normalisation; {@code statistics} is the length of mean and rstd. */
    public static void norm(
            String what, Tensor x, Tensor gamma, Tensor beta, Tensor y, Tensor mean, Tensor rstd, int statistics) {
        int n = columns(x);
        same(what, x, y, null);
        matrixAndVector(what, x, gamma, n);
        matrixAndVector(what, x, beta, n);
        matrixAndVector(what, x, mean, statistics);
        matrixAndVector(what, x, rstd, statistics);
    }

    /** Checks the operands of {@link Kernels#attention}; {@code logSumExp} may be null. */
    public static void attention(
            AttentionShape shape,
            int sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor queryStarts,
            Tensor keyStarts,
            Tensor y,
            Tensor logSumExp) {
        rowsOf("attend", q, shape.queryWidth(), q);
        rowsOf("attend", k, shape.keyWidth(), q);
        rowsOf("attend", v, shape.keyWidth(), q);
        rowsOf("attend", y, shape.queryWidth(), q);
        if (logSumExp != null && (logSumExp.dim(0) < q.dim(0) || logSumExp.dim(1) != shape.heads())) {
            throw mismatch("attend", q, logSumExp, null);
        }
        starts(sequences, queryStarts, q, y);
        starts(sequences, keyStarts, k, v);
        for (int b = 0; b < sequences; b++) {
            int queries = length(queryStarts, b);
            if (queries < 0 || length(keyStarts, b) < queries) {
                throw new IllegalArgumentException("Cannot attend: sequence " + b + " has " + queries + " queries and "
                        + length(keyStarts, b) + " keys");
            }
        }
    }

    private static int length(Tensor starts, int b) {
        return starts.ints()[starts.offset() + b + 1] - starts.ints()[starts.offset() + b];
    }

    private static void starts(int sequences, Tensor starts, Tensor rows, Tensor others) {
        if (starts.dtype() != DType.INT32 || starts.size() <= sequences || !starts.isContiguous()) {
            throw mismatch("find " + sequences + " sequences", rows, starts, null);
        }
        int first = starts.ints()[starts.offset()];
        int last = starts.ints()[starts.offset() + sequences];
        if (first < 0 || last > rows.dim(0) || last > others.dim(0)) {
            throw new IllegalArgumentException(
                    "Cannot find rows " + first + " to " + last + " in " + rows + " and " + others);
        }
    }

    private static void rowsOf(String what, Tensor x, int width, Tensor like) {
        if (x.rank() != 2 || x.dim(1) != width || (width > 1 && x.stride(1) != 1) || x.dtype() != like.dtype()) {
            throw new IllegalArgumentException("Cannot " + what + ": " + x + " has not contiguous rows of " + width
                    + " numbers of type " + like.dtype());
        }
    }

    /** Checks the operands of {@link Kernels#rotary}. */
    public static void rotary(Tensor x, int heads, Tensor positions, Tensor cos, Tensor sin) {
        rowsOf("rotate", x, x.dim(1), x);
        same("rotate", cos, sin, null);
        if (x.dim(1) % heads != 0
                || cos.rank() != 2
                || 2 * cos.dim(1) > x.dim(1) / heads
                || positions.dtype() != DType.INT32
                || positions.size() < x.dim(0)) {
            throw mismatch("rotate " + heads + " heads", x, positions, cos);
        }
        for (int t = 0; t < x.dim(0); t++) {
            int position = positions.ints()[positions.offset() + t];
            if (position < 0 || position >= cos.dim(0)) {
                throw outOfRange("position", t, position, cos.dim(0));
            }
        }
    }

    /** Checks tables and lookups of an embedding bag: {@code rows} and {@code result} are matrices of one width. */
    public static void embedding(Tensor rows, Tensor indices, Tensor weights, Tensor offsets, Tensor result) {
        if (rows.rank() != 2
                || result.rank() != 2
                || rows.dim(1) != result.dim(1)
                || offsets.size() < result.dim(0) + 1
                || indices.dtype() != DType.INT32
                || offsets.dtype() != DType.INT32
                || rows.dtype() != result.dtype()
                || !rows.isContiguous()
                || !result.isContiguous()) {
            throw new IllegalArgumentException("Cannot sum embeddings of " + rows + " into " + result + " by indices "
                    + indices + ", weights " + weights + ", offsets " + offsets);
        }
    }

    /** Checks a table, its gradient rows and its state for a sparse step; {@code second} may be null. */
    public static void rows(Tensor parameter, SparseRows rows, Tensor gradientRows, Tensor first, Tensor second) {
        if (parameter.rank() != 2
                || gradientRows.rank() != 2
                || gradientRows.dim(1) != parameter.dim(1)
                || gradientRows.dim(0) < rows.count()
                || gradientRows.dtype() != parameter.dtype()
                || !gradientRows.isContiguous()) {
            throw mismatch("step rows", parameter, gradientRows, first);
        }
        same("step rows", parameter, first, second);
    }

    /** Length of the last axis: the width N of a tensor seen as a matrix (M,N). */
    public static int columns(Tensor x) {
        return x.rank() == 0 ? 1 : x.dim(-1);
    }

    /** Product of all axes but the last: the height M of a tensor seen as a matrix (M,N). */
    public static int rows(Tensor x) {
        int rows = 1;
        for (int i = 0; i < x.rank() - 1; i++) {
            rows *= x.dim(i);
        }
        return rows;
    }

    /** The error for operands that do not fit together; {@code c} may be null. */
    public static IllegalArgumentException mismatch(String what, Tensor a, Tensor b, Tensor c) {
        return new IllegalArgumentException("Cannot " + what + ": operands do not fit: " + a + ", " + b
                + (c == null ? "" : ", " + c) + " (shapes, types or contiguity)");
    }

    /** The error for a label or index outside its range. */
    public static IndexOutOfBoundsException outOfRange(String what, int row, int value, int limit) {
        return new IndexOutOfBoundsException(
                "Cannot use " + what + " " + value + " of row " + row + ": it is not in [0," + limit + ")");
    }
}
