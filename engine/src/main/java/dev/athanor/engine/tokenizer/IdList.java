package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/** A list of ids that grows. */
final class IdList {
    int[] ids = new int[64];
    int size;

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
    }

    void add(int[] from, int begin, int count) {
        if (size + count > ids.length) {
            ids = Arrays.copyOf(ids, Math.max(size + count, ids.length * 2));
        }
        for (int i = 0; i < count; i++) {
            ids[size + i] = from[begin + i];
        }
        size += count;
    }
}
