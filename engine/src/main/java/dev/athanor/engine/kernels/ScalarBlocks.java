package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/** Some rows of weights, where and as they are stored, and products with them in plain loops. */
record ScalarBlocks(BlockWeights weights, int first, int columns) implements BlockMatrix {

    @Override
    public int rows() {
        return weights.columns();
    }

    @Override
    public BlockEncoding encoding() {
        return weights.encoding();
    }

    @Override
    public BlockMatrix columns(int from, int to) {
        BlockMatrix.checkColumns(from, to, columns);
        return new ScalarBlocks(weights, first + from, to - from);
    }

    /** {@inheritDoc} Counts what stays where it is stored: nothing is copied. */
    @Override
    public long bytes() {
        return weights.rows() == 0 ? 0 : weights.bytes() / weights.rows() * columns;
    }

    static void matmul(Tensor a, ScalarBlocks b, Tensor c, Epilogue epilogue) {
        int k = b.rows();
        int n = b.columns;
        float[] row = new float[k];
        for (int j = 0; j < n; j++) {
            decode(b.weights, b.first + j, row);
            for (int i = 0; i < a.dim(0); i++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum += a.at(a.offset() + i * a.stride(0) + p) * row[p];
                }
                c.put(c.offset() + i * n + j, ScalarMatrix.finish(epilogue, sum, i * n + j, j));
            }
        }
    }

    /** One row as floats. */
    static void decode(BlockWeights weights, int row, float[] to) {
        BlockEncoding encoding = weights.encoding();
        int groups = encoding.groups(to.length);
        int[] numbers = new int[to.length];
        float[] scales = new float[groups];
        float[] leasts = new float[groups];
        weights.read(row, numbers, scales, leasts);
        for (int p = 0; p < to.length; p++) {
            if (groups == 0) {
                to[p] = encoding.value(numbers[p]);
            } else {
                int g = p / encoding.group();
                to[p] = encoding.value(numbers[p], scales[g], leasts[g]);
            }
        }
    }
}
