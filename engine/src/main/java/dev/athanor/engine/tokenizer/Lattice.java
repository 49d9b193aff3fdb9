package dev.athanor.engine.tokenizer;

import java.util.Arrays;

/** Best ways through a word: for each end, its score, where its last token begins and which one that is. */
final class Lattice {
    double[] scores = new double[64];
    int[] starts = new int[64];
    int[] ids = new int[64];

    void reset(int length) {
        if (length + 1 > scores.length) {
            int capacity = Math.max(length + 1, scores.length * 2);
            scores = new double[capacity];
            starts = new int[capacity];
            ids = new int[capacity];
        }
        scores[0] = 0;
        Arrays.fill(starts, 0, length + 1, -1);
    }

    /** Notes a way to an end, if it is the first or better than the one before. */
    void offer(int end, int start, int id, double score) {
        if (starts[end] < 0 || score > scores[end]) {
            scores[end] = score;
            starts[end] = start;
            ids[end] = id;
        }
    }
}
