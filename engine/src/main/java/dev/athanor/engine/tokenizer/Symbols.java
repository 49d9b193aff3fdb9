package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/**
 * The symbols of a word while byte-pair encoding merges them, always the pair of the lowest rank and of those the
 * leftmost. Short words are searched through at each step; long ones keep their pairs in a heap.
 */
final class Symbols {
    private static final int SHORT = 32;

    int[] ids = new int[64];
    int size;

    private long[] merges = new long[64];
    private int[] previous = new int[0];
    private int[] next = new int[0];
    private long[] heap = new long[0];
    private int heapSize;

    void add(int id) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
        }
        ids[size++] = id;
    }

    void merge(MergeTable table) {
        if (size <= SHORT) {
            mergeShort(table);
        } else {
            mergeLong(table);
        }
    }

    private void mergeShort(MergeTable table) {
        for (int i = 0; i + 1 < size; i++) {
            merges[i] = table.get(ids[i], ids[i + 1]);
        }
        while (size > 1) {
            int at = 0;
            long best = MergeTable.NONE;
            for (int i = 0; i + 1 < size; i++) {
                if (merges[i] >>> 32 < best >>> 32) { // ranks alone: of equal ones the leftmost
                    best = merges[i];
                    at = i;
                }
            }
            if (best == MergeTable.NONE) {
                return;
            }
            ids[at] = (int) best;
            size--;
            for (int i = at + 1; i < size; i++) {
                ids[i] = ids[i + 1];
                merges[i] = merges[i + 1];
            }
            if (at > 0) {
                merges[at - 1] = table.get(ids[at - 1], ids[at]);
            }
            if (at + 1 < size) {
                merges[at] = table.get(ids[at], ids[at + 1]);
            }
        }
    }

    private void mergeLong(MergeTable table) {
        room();
        heapSize = 0;
        for (int i = 0; i < size; i++) {
            previous[i] = i - 1;
            next[i] = i + 1;
            if (i + 1 < size) {
                offer(table.get(ids[i], ids[i + 1]), i);
            }
        }
        while (heapSize > 0) {
            long top = poll();
            int at = (int) top;
            if (next[at] < 0 || next[at] >= size) { // merged away, or the last
                continue;
            }
            int right = next[at];
            long merge = table.get(ids[at], ids[right]);
            if (merge == MergeTable.NONE || merge >>> 32 != top >>> 32) {
                continue; // what it named has changed since
            }
            ids[at] = (int) merge;
            int after = next[right];
            next[at] = after;
            next[right] = -1;
            if (after < size) {
                previous[after] = at;
                offer(table.get(ids[at], ids[after]), at);
            }
            if (previous[at] >= 0) {
                offer(table.get(ids[previous[at]], ids[at]), previous[at]);
            }
        }
        int n = 0;
        for (int i = 0; i < size; i = next[i]) {
            ids[n++] = ids[i];
        }
        size = n;
    }

    private void room() {
        if (previous.length < size) {
            int capacity = Math.max(size, previous.length * 2);
            previous = new int[capacity];
            next = new int[capacity];
        }
    }

    private void offer(long merge, int at) {
        if (merge == MergeTable.NONE) {
            return;
        }
        if (heapSize == heap.length) {
            heap = Arrays.copyOf(heap, Math.max(64, heapSize * 2));
        }
        long entry = (merge >>> 32 << 32) | at;
        int i = heapSize++;
        while (i > 0 && heap[(i - 1) >> 1] > entry) {
            heap[i] = heap[(i - 1) >> 1];
            i = (i - 1) >> 1;
        }
        heap[i] = entry;
    }

    private long poll() {
        long top = heap[0];
        long last = heap[--heapSize];
        int i = 0;
        while (true) {
            int child = 2 * i + 1;
            if (child >= heapSize) {
                break;
            }
            if (child + 1 < heapSize && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= last) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = last;
        return top;
    }
}
