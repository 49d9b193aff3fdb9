package dev.athanor.engine.transformer;

import dev.athanor.engine.tensor.Tensor;

/** The rows of tokens, in memory or as a file encodes them. Immutable. */
sealed interface TokenTable {
    /** Copies a row, times {@code scale}. */
    void row(int id, float scale, float[] to, int at);

    /** Memory held, bytes. */
    long bytes();

    /** A table (V,W) in memory. */
    record Floats(Tensor table) implements TokenTable {
        @Override
        public void row(int id, float scale, float[] to, int at) {
            float[] from = table.floats();
            int width = table.dim(1);
            int first = table.offset() + id * width;
            if (scale == 1) {
                System.arraycopy(from, first, to, at, width);
                return;
            }
            for (int i = 0; i < width; i++) {
                to[at + i] = from[first + i] * scale;
            }
        }

        @Override
        public long bytes() {
            return (long) table.size() * Float.BYTES;
        }
    }

    /** A table in a mapped file, of which a row is decoded when it is asked for. */
    record Encoded(EncodedMatrix table) implements TokenTable {
        @Override
        public void row(int id, float scale, float[] to, int at) {
            table.decode(id, to, at);
            if (scale != 1) {
                for (int i = at; i < at + table.columns(); i++) {
                    to[i] *= scale;
                }
            }
        }

        @Override
        public long bytes() {
            return 0;
        }
    }
}
