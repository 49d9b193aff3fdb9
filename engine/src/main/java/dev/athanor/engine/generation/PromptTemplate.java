package dev.athanor.engine.generation;

import dev.athanor.engine.transformer.KeyValueCache;
import java.util.Arrays;
import java.util.List;

/** The beginning that prompts of one template have in common; its keys and values are computed once. */
final class PromptTemplate implements AutoCloseable {
    /** Fewer tokens are not worth it. */
    private static final int LEAST = 16;

    final int[] ids;

    /** Null until it was run. */
    KeyValueCache.Sequence sequence;

    private PromptTemplate(int[] ids) {
        this.ids = ids;
    }

    /**
     * The beginning that at least three in four neighbours of some rows have in common; null where there is none worth
     * keeping.
     */
    static PromptTemplate of(List<Row> rows) {
        if (rows.size() < 2) {
            return null;
        }
        int[] common = new int[rows.size() - 1];
        for (int i = 0; i < common.length; i++) {
            Row next = rows.get(i + 1);
            common[i] = Math.min(rows.get(i).prompt - 1, rows.get(i).common(next.ids, next.prompt - 1));
        }
        int[] sorted = common.clone();
        Arrays.sort(sorted);
        int length = sorted[sorted.length / 4];
        for (int i = 0; i < common.length && length >= LEAST; i++) {
            if (common[i] >= length) {
                return new PromptTemplate(Arrays.copyOf(rows.get(i).ids, length));
            }
        }
        return null;
    }

    /** Whether this one serves rows as well as {@code other} would. */
    boolean covers(PromptTemplate other) {
        return ids.length >= other.ids.length
                && Arrays.equals(ids, 0, other.ids.length, other.ids, 0, other.ids.length);
    }

    @Override
    public void close() {
        if (sequence != null) {
            sequence.close();
        }
    }
}
