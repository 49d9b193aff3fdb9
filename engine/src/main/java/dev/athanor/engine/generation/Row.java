package dev.athanor.engine.generation;

import dev.athanor.engine.grammar.Acceptor;
import dev.athanor.engine.transformer.KeyValueCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One text on its way: the prompt's tokens, then those generated. */
final class Row {
    final int index;
    final int prompt;
    final long seed;
    final List<Float> logProbabilities = new ArrayList<>();
    int[] ids;
    int length;
    TokenText text;

    /** What the text may be; null for anything. */
    Acceptor grammar;

    KeyValueCache.Sequence sequence;

    Row(int index, int[] ids, int length, long seed) {
        this.index = index;
        this.ids = Arrays.copyOf(ids, length);
        this.length = length;
        this.prompt = length;
        this.seed = Sampler.seed(seed, ids, length);
    }

    void add(int id) {
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, length + Math.max(32, length / 2));
        }
        ids[length++] = id;
    }

    int generated() {
        return length - prompt;
    }

    /** Tokens that no pass has seen. */
    int waiting() {
        return length - sequence.length();
    }

    /** Tokens that it has in common with others, from the first on; the prompt's last one is its own. */
    int common(int[] other, int otherLength) {
        int most = Math.min(prompt - 1, otherLength);
        int n = 0;
        while (n < most && ids[n] == other[n]) {
            n++;
        }
        return n;
    }

    Generation result(Generation.Finish finish) {
        List<Integer> tokens = new ArrayList<>();
        for (int i = prompt; i < length; i++) {
            tokens.add(ids[i]);
        }
        return new Generation(text.toString(), prompt, tokens, logProbabilities, finish, null);
    }
}
