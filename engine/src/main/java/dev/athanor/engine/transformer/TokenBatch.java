package dev.athanor.engine.transformer;

import dev.athanor.engine.autodiff.TokenInput;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokens;
import java.util.Arrays;

/**
 * Token sequences of any lengths back to back, without padding. Grows and is reused; belongs to one thread.
 *
 * <pre>{@code
 * TokenBatch batch = new TokenBatch();
 * batch.add(tokens);                                   // one sequence after the other
 * Tensor hidden = pass.forward(batch);                 // (T,W): rows starts[b] to starts[b+1] are sequence b
 * batch.clear();
 * }</pre>
 */
public final class TokenBatch implements TokenInput {
    private int[] ids = new int[256];
    private int[] types = new int[256];
    private int[] positions = new int[256];
    private int[] starts = new int[33];
    private int tokens;
    private int sequences;
    private int longest;
    private Tensor startsTensor = Tensor.of(starts, starts.length);
    private Tensor positionsTensor = Tensor.of(positions, positions.length);
    private Tensor idsTensor = Tensor.of(ids, ids.length);
    private Tensor typesTensor = Tensor.of(types, types.length);

    /** Adds a sequence. */
    public void add(Tokens sequence) {
        add(sequence.ids(), sequence.typeIds(), sequence.size());
    }

    /** Adds a sequence of which all tokens are of type 0. */
    public void add(int[] sequence, int from, int to) {
        add(sequence, from, to, 0);
    }

    /**
     * Adds tokens of a sequence that has others before them.
     *
     * @param position place of the first of them in the sequence
     */
    public void add(int[] sequence, int from, int to, int position) {
        add(sequence, from, null, to - from, position);
    }

    /**
     * Adds a sequence of encoded tokens.
     *
     * @param newIds ids, of which those from {@code from} to {@code to} are the sequence
     * @param newTypes the type of each, as a whole number
     */
    public void add(int[] newIds, float[] newTypes, int from, int to) {
        int count = to - from;
        grow(count);
        System.arraycopy(newIds, from, ids, tokens, count);
        for (int i = 0; i < count; i++) {
            types[tokens + i] = (int) newTypes[from + i];
        }
        end(count, 0);
    }

    void add(int[] newIds, int[] newTypes, int count) {
        add(newIds, 0, newTypes, count, 0);
    }

    private void add(int[] newIds, int from, int[] newTypes, int count, int position) {
        grow(count);
        System.arraycopy(newIds, from, ids, tokens, count);
        if (newTypes == null) {
            Arrays.fill(types, tokens, tokens + count, 0);
        } else {
            System.arraycopy(newTypes, 0, types, tokens, count);
        }
        end(count, position);
    }

    private void end(int count, int position) {
        for (int i = 0; i < count; i++) {
            positions[tokens + i] = position + i;
        }
        tokens += count;
        longest = Math.max(longest, position + count);
        starts[++sequences] = tokens;
    }

    private void grow(int count) {
        if (tokens + count > ids.length) {
            int length = Math.max(tokens + count, ids.length * 2);
            ids = Arrays.copyOf(ids, length);
            types = Arrays.copyOf(types, length);
            positions = Arrays.copyOf(positions, length);
            positionsTensor = Tensor.of(positions, length);
            idsTensor = Tensor.of(ids, length);
            typesTensor = Tensor.of(types, length);
        }
        if (sequences + 2 > starts.length) {
            starts = Arrays.copyOf(starts, starts.length * 2);
            startsTensor = Tensor.of(starts, starts.length);
        }
    }

    /** Forgets all sequences, keeps the buffers. */
    public void clear() {
        tokens = 0;
        sequences = 0;
        longest = 0;
    }

    /** T, tokens of all sequences. */
    @Override
    public int tokens() {
        return tokens;
    }

    /** B, sequences. */
    @Override
    public int sequences() {
        return sequences;
    }

    /** Tokens of the longest sequence, those before the new ones included. */
    public int longest() {
        return longest;
    }

    public int id(int token) {
        return ids[token];
    }

    public int type(int token) {
        return types[token];
    }

    /** Place of a token within its sequence. */
    public int position(int token) {
        return positions[token];
    }

    /** First token of a sequence; of the number of sequences, the number of tokens. */
    public int start(int sequence) {
        return starts[sequence];
    }

    /** INT32, at least B+1 long; replaced when the batch grows. */
    @Override
    public Tensor starts() {
        return startsTensor;
    }

    /** INT32, at least T long; replaced when the batch grows. */
    @Override
    public Tensor positions() {
        return positionsTensor;
    }

    /** INT32, at least T long; replaced when the batch grows. */
    @Override
    public Tensor ids() {
        return idsTensor;
    }

    /** INT32, at least T long; replaced when the batch grows. */
    @Override
    public Tensor types() {
        return typesTensor;
    }
}
