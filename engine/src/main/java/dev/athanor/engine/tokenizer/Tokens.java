package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/**
 * Ids and type ids of one sequence, with the buffers that tokenizing needs: reuse it from text to text, and nothing is
 * allocated once it has grown. Belongs to one thread.
 */
public final class Tokens {
    private int[] ids = new int[64];
    private int[] typeIds = new int[64];
    private int size;
    private Workspace workspace;

    public int size() {
        return size;
    }

    public int id(int index) {
        return ids[check(index)];
    }

    public int typeId(int index) {
        return typeIds[check(index)];
    }

    /** The ids, of which the first {@link #size()} count; valid until the next change. */
    public int[] ids() {
        return ids;
    }

    /** The type ids, of which the first {@link #size()} count; valid until the next change. */
    public int[] typeIds() {
        return typeIds;
    }

    /** A copy of the ids. */
    public int[] toArray() {
        return Arrays.copyOf(ids, size);
    }

    public void clear() {
        size = 0;
    }

    void add(int id, int typeId) {
        grow(1);
        ids[size] = id;
        typeIds[size++] = typeId;
    }

    void add(IdList from, int count, int typeId) {
        grow(count);
        System.arraycopy(from.ids, 0, ids, size, count);
        Arrays.fill(typeIds, size, size + count, typeId);
        size += count;
    }

    /** The buffers of a tokenizer, made anew when another one used these tokens last. */
    Workspace workspace(Tokenizer owner) {
        if (workspace == null || workspace.owner != owner) {
            workspace = new Workspace(owner);
        }
        return workspace;
    }

    private void grow(int count) {
        if (size + count > ids.length) {
            int length = Math.max(size + count, ids.length * 2);
            ids = Arrays.copyOf(ids, length);
            typeIds = Arrays.copyOf(typeIds, length);
        }
    }

    private int check(int index) {
        if (index >= size) {
            throw new IndexOutOfBoundsException("token " + index + " of " + size);
        }
        return index;
    }
}
