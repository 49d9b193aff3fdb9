package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.AttentionShape;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;

/**
 * Attention of new tokens over what a {@link KeyValueCache} keeps of the tokens before them.
 *
 * <p>A sequence's first tokens see each other only, and are computed where they lie. A single token passes over its pages
 * run by run; runs that several sequences share are read once for all of them; the results of runs are joined by their
 * sums of exponentials, as Flash-Decoding does. Several tokens behind others (a prompt after a shared beginning) see a
 * copy in one piece. One thread.
 */
final class CachedAttention {
    private final Kernels kernels;
    private final Tensor queryStarts = Tensor.of(new int[2], 2);
    private final Tensor keyStarts = Tensor.of(new int[2], 2);
    private Tensor keys = Tensor.zeros(DType.FLOAT32, 0, 1);
    private Tensor values = keys;
    private Tensor part = keys;
    private Tensor sums = keys;
    private Tensor partSums = keys;
    private int[] next = new int[0];

    CachedAttention(Kernels kernels) {
        this.kernels = kernels;
    }

    /**
     * Attends within one block, and keeps the new keys and values.
     *
     * @param sequences one for each of the batch
     * @param q queries of the new tokens (T,H·D)
     * @param k keys of the new tokens (T,G·D)
     * @param v values of the new tokens (T,G·D)
     * @param y (T,H·D), receives
     */
    void attend(
            int block,
            AttentionShape shape,
            TokenBatch batch,
            List<KeyValueCache.Sequence> sequences,
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor y) {
        keep(block, batch, sequences, k, v);
        AttentionShape open =
                new AttentionShape(shape.heads(), shape.keyHeads(), shape.headWidth(), shape.scale(), false, 0);
        int b = 0;
        while (b < batch.sequences()) {
            int from = batch.start(b);
            int to = batch.start(b + 1);
            if (batch.position(from) == 0) {
                run(shape, q, from, to, k, v, from, to, y, null);
            } else if (to - from > 1) {
                gathered(block, shape, sequences.get(b), batch, from, to, q, y);
            } else {
                int end = b + 1;
                while (end < batch.sequences()
                        && batch.start(end + 1) - batch.start(end) == 1
                        && batch.position(batch.start(end)) > 0) {
                    end++;
                }
                single(block, shape, open, batch, sequences, b, end, q, y);
                b = end - 1;
            }
            b++;
        }
    }

    private static void keep(int block, TokenBatch batch, List<KeyValueCache.Sequence> sequences, Tensor k, Tensor v) {
        for (int b = 0; b < batch.sequences(); b++) {
            for (int t = batch.start(b); t < batch.start(b + 1); t++) {
                int keyAt = k.offset() + t * k.stride(0);
                int valueAt = v.offset() + t * v.stride(0);
                sequences.get(b).put(block, batch.position(t), k.floats(), keyAt, v.floats(), valueAt);
            }
        }
    }

    private void run(
            AttentionShape shape,
            Tensor q,
            int q0,
            int q1,
            Tensor k,
            Tensor v,
            int k0,
            int k1,
            Tensor y,
            Tensor logSumExp) {
        queryStarts.ints()[0] = q0;
        queryStarts.ints()[1] = q1;
        keyStarts.ints()[0] = k0;
        keyStarts.ints()[1] = k1;
        kernels.attention(shape, 1, q, k, v, queryStarts, keyStarts, y, logSumExp);
    }

    /** Several tokens behind others: all that they see in one piece. */
    private void gathered(
            int block,
            AttentionShape shape,
            KeyValueCache.Sequence sequence,
            TokenBatch batch,
            int from,
            int to,
            Tensor q,
            Tensor y) {
        int first = shape.firstKey(batch.position(from));
        int count = batch.position(to - 1) + 1 - first;
        keys = room(keys, count, shape.keyWidth());
        values = room(values, count, shape.keyWidth());
        for (int i = 0; i < count; ) {
            int position = first + i;
            int run = Math.min(count - i, KeyValueCache.PAGE - position % KeyValueCache.PAGE);
            int page = sequence.page(position);
            copy(sequence.cache().keys(block, page), sequence.row(position), run, keys, i);
            copy(sequence.cache().values(block, page), sequence.row(position), run, values, i);
            i += run;
        }
        run(shape, q, from, to, keys, values, 0, count, y, null);
    }

    private static void copy(Tensor from, int row, int rows, Tensor to, int at) {
        int width = from.dim(1);
        System.arraycopy(from.floats(), row * width, to.floats(), at * width, rows * width);
    }

    /** One token of each of several sequences. */
    private void single(
            int block,
            AttentionShape shape,
            AttentionShape open,
            TokenBatch batch,
            List<KeyValueCache.Sequence> sequences,
            int first,
            int end,
            Tensor q,
            Tensor y) {
        part = room(part, batch.tokens(), shape.queryWidth());
        sums = room(sums, batch.tokens(), shape.heads());
        partSums = room(partSums, batch.tokens(), shape.heads());
        next = next.length < batch.sequences() ? new int[batch.sequences() * 2] : next;
        for (int b = first; b < end; b++) {
            next[b] = shape.firstKey(batch.position(batch.start(b)));
        }
        for (int b = first; b < end; b++) {
            int position = batch.position(batch.start(b));
            boolean begun = next[b] > shape.firstKey(position);
            while (next[b] <= position) {
                int at = next[b];
                KeyValueCache.Sequence sequence = sequences.get(b);
                int sharing = sharing(sequences, b, end, at);
                int to = stretch(sequences, b, sharing, at, position + 1);
                sharing = Math.min(sharing, b + to - at); // the kernel wants no fewer keys than queries
                int row = sequence.row(at);
                int page = sequence.page(at);
                run(
                        open,
                        q,
                        batch.start(b),
                        batch.start(sharing),
                        sequence.cache().keys(block, page),
                        sequence.cache().values(block, page),
                        row,
                        row + to - at,
                        begun ? part : y,
                        begun ? partSums : sums);
                for (int s = b; s < sharing; s++) {
                    next[s] = to;
                    if (begun) {
                        join(shape, batch.start(s), y);
                    }
                }
                begun = true;
            }
        }
    }

    /** The sequence after the last of those that, as {@code b} does, go on with the page of {@code at}. */
    private int sharing(List<KeyValueCache.Sequence> sequences, int b, int end, int at) {
        int page = sequences.get(b).page(at);
        int s = b + 1;
        while (s < end
                && next[s] == at
                && sequences.get(s).capacity() > at
                && sequences.get(s).page(at) == page) {
            s++;
        }
        return s;
    }

    /** How far the keys from {@code at} on lie in one piece, and the same one for all that share them. */
    private static int stretch(List<KeyValueCache.Sequence> sequences, int b, int sharing, int at, int last) {
        KeyValueCache.Sequence sequence = sequences.get(b);
        int to = Math.min(last, (at / KeyValueCache.PAGE + 1) * KeyValueCache.PAGE);
        while (to < last && KeyValueCache.adjacent(sequence.page(to - 1), sequence.page(to))) {
            for (int s = b + 1; s < sharing; s++) {
                KeyValueCache.Sequence other = sequences.get(s);
                if (other.capacity() <= to || other.page(to) != sequence.page(to)) {
                    return to;
                }
            }
            to = Math.min(last, to + KeyValueCache.PAGE);
        }
        return to;
    }

    /** Joins a row's results over one run of keys, in {@link #part}, with those over the keys before. */
    private void join(AttentionShape shape, int row, Tensor y) {
        int width = shape.headWidth();
        for (int h = 0; h < shape.heads(); h++) {
            int at = row * shape.heads() + h;
            float before = sums.floats()[at];
            float now = partSums.floats()[at];
            float top = Math.max(before, now);
            double a = Math.exp(before - top);
            double b = Math.exp(now - top);
            sums.floats()[at] = (float) (top + Math.log(a + b));
            float keep = (float) (a / (a + b));
            float add = (float) (b / (a + b));
            float[] to = y.floats();
            float[] from = part.floats();
            int toAt = y.offset() + row * y.stride(0) + h * width;
            int fromAt = row * shape.queryWidth() + h * width;
            for (int i = 0; i < width; i++) {
                to[toAt + i] = to[toAt + i] * keep + from[fromAt + i] * add;
            }
        }
    }

    /** A matrix of at least so many rows. */
    private static Tensor room(Tensor matrix, int rows, int width) {
        return matrix.dim(0) >= rows && matrix.dim(1) == width
                ? matrix
                : Tensor.zeros(DType.FLOAT32, Math.max(rows, 2 * matrix.dim(0)), width);
    }

    long bytes() {
        return (long) Float.BYTES * (keys.size() + values.size() + part.size() + sums.size() + partSums.size());
    }
}
