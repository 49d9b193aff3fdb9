package dev.athanor.engine.generation;

import dev.athanor.engine.grammar.Acceptor;
import java.util.Arrays;

/**
 * Chooses the next token of a text from logits over the vocabulary. Reused for all rows of one thread.
 *
 * <p>Tokens less than {@code e^-25} as probable as the best are never drawn.
 */
final class Sampler {
    private static final double NEGLIGIBLE = 25;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final GenerationOptions options;
    private final int[] seen;
    private int round;
    private long[] candidates = new long[256];
    private double[] weights = new double[256];
    private float logProbability;

    Sampler(GenerationOptions options, int vocabulary) {
        this.options = options;
        this.seen = options.repetitionPenalty() == 1 ? null : new int[vocabulary];
    }

    /** A text's own stream of draws. */
    static long seed(long seed, int[] prompt, int length) {
        long hash = mix(seed + GOLDEN);
        for (int i = 0; i < length; i++) {
            hash = mix(hash * 31 + prompt[i] + GOLDEN);
        }
        return hash;
    }

    /** The finaliser of SplitMix64. */
    private static long mix(long x) {
        long z = (x ^ (x >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /**
     * Chooses a token.
     *
     * @param logits of all tokens from {@code at} on; changed
     * @param text the ids so far, prompt included
     * @param seed of the text's stream
     * @return its id, or -1 where no logit is a number above negative infinity, or one is NaN or infinite
     */
    int next(float[] logits, int at, int vocabulary, int[] text, int length, long seed) {
        return next(logits, at, vocabulary, text, length, seed, null, 0);
    }

    /**
     * Chooses a token that a grammar allows; the log-probability stays that of the model's own distribution over all tokens.
     *
     * @param grammar what the text may be, or null for anything
     * @param left tokens that the text may still have, this one included
     */
    int next(float[] logits, int at, int vocabulary, int[] text, int length, long seed, Acceptor grammar, int left) {
        float top = max(logits, at, vocabulary);
        if (!Float.isFinite(top)) {
            return -1;
        }
        double logSum = options.logProbabilities() ? logSumExp(logits, at, vocabulary, top) : 0;
        // a penalised token's own logit is changed, and its probability is the one before
        float[] before = options.logProbabilities() && (seen != null || grammar != null)
                ? Arrays.copyOfRange(logits, at, at + vocabulary)
                : null;
        if (seen != null) {
            penalise(logits, at, text, length);
        }
        int token;
        if (grammar != null && !masked(logits, at, vocabulary, grammar, left)) {
            token = grammar.soonest(); // the model rules out all that may come
        } else if (options.temperature() == 0) {
            token = best(logits, at, vocabulary);
        } else {
            token = draw(logits, at, vocabulary, mix(seed + GOLDEN * (length + 1)));
        }
        if (options.logProbabilities()) {
            logProbability = (float) ((before == null ? logits[at + token] : before[token]) - logSum);
        }
        return token;
    }

    /** Leaves what a grammar allows; returns whether any of it has a probability. */
    private static boolean masked(float[] logits, int at, int vocabulary, Acceptor grammar, int left) {
        grammar.mask(logits, at, vocabulary, left);
        return max(logits, at, vocabulary) > Float.NEGATIVE_INFINITY;
    }

    /** Log-probability of the token chosen last, where it is asked for. */
    float logProbability() {
        return logProbability;
    }

    /** The largest; NaN where one is, positive infinity, too. */
    private static float max(float[] logits, int at, int count) {
        float top = Float.NEGATIVE_INFINITY;
        for (int i = at; i < at + count; i++) {
            top = Math.max(top, logits[i]);
        }
        return top;
    }

    private static int best(float[] logits, int at, int count) {
        int best = at;
        for (int i = at + 1; i < at + count; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best - at;
    }

    private static double logSumExp(float[] logits, int at, int count, float top) {
        double sum = 0;
        for (int i = at; i < at + count; i++) {
            sum += Math.exp(logits[i] - top);
        }
        return top + Math.log(sum);
    }

    private void penalise(float[] logits, int at, int[] text, int length) {
        round++;
        float penalty = (float) options.repetitionPenalty();
        for (int i = 0; i < length; i++) {
            if (seen[text[i]] != round) {
                seen[text[i]] = round;
                int l = at + text[i];
                logits[l] = logits[l] > 0 ? logits[l] / penalty : logits[l] * penalty;
            }
        }
    }

    private int draw(float[] logits, int at, int vocabulary, long random) {
        float top = max(logits, at, vocabulary);
        int count = options.topK() > 0 && options.topK() < vocabulary
                ? mostProbable(logits, at, vocabulary, options.topK())
                : probable(logits, at, vocabulary, top);
        if (options.topP() < 1) {
            Arrays.sort(candidates, 0, count);
        }
        weights = weights.length < count ? new double[count * 2] : weights;
        double total = 0;
        for (int i = 0; i < count; i++) {
            weights[i] = Math.exp((logit(candidates[i]) - top) / options.temperature());
            total += weights[i];
        }
        int first = 0;
        if (options.topP() < 1) {
            double kept = 0;
            first = count;
            while (first > 0 && kept < options.topP() * total) {
                kept += weights[--first];
            }
        }
        double sum = 0;
        for (int i = first; i < count; i++) {
            weights[i] = weights[i] < options.minP() ? 0 : weights[i];
            sum += weights[i];
        }
        double left = (random >>> 11) * 0x1p-53 * sum;
        int chosen = count - 1;
        for (int i = count - 1; i >= first; i--) {
            chosen = weights[i] > 0 ? i : chosen;
            left -= weights[i];
            if (left < 0) {
                break;
            }
        }
        return id(candidates[chosen]);
    }

    /** All tokens that are not {@link #NEGLIGIBLE}, in order of their ids; returns how many. */
    private int probable(float[] logits, int at, int vocabulary, float top) {
        double least = top - NEGLIGIBLE * options.temperature();
        int count = 0;
        for (int i = 0; i < vocabulary; i++) {
            if (logits[at + i] >= least) {
                reserve(count + 1);
                candidates[count++] = candidate(logits[at + i], i);
            }
        }
        return count;
    }

    /** The k most probable tokens, by a heap with the least of them on top; then in ascending order. */
    private int mostProbable(float[] logits, int at, int vocabulary, int k) {
        reserve(k);
        int count = 0;
        for (int i = 0; i < vocabulary; i++) {
            long candidate = candidate(logits[at + i], i);
            if (count < k) {
                candidates[count++] = candidate;
                if (count == k) {
                    Arrays.sort(candidates, 0, k); // a sorted array is a heap
                }
            } else if (candidate > candidates[0]) {
                sift(candidate, k);
            }
        }
        Arrays.sort(candidates, 0, count);
        return count;
    }

    private void sift(long candidate, int k) {
        int hole = 0;
        for (int child = 1; child < k; child = 2 * hole + 1) {
            child += child + 1 < k && candidates[child + 1] < candidates[child] ? 1 : 0;
            if (candidates[child] >= candidate) {
                break;
            }
            candidates[hole] = candidates[child];
            hole = child;
        }
        candidates[hole] = candidate;
    }

    private void reserve(int count) {
        if (count > candidates.length) {
            candidates = Arrays.copyOf(candidates, Math.max(count, candidates.length * 2));
        }
    }

    /** Ordered by logit, of equal ones the lower id last. */
    private static long candidate(float logit, int id) {
        int bits = Float.floatToIntBits(logit);
        return ((long) (bits ^ (bits >> 31 & Integer.MAX_VALUE)) << 32) | (Integer.MAX_VALUE - id);
    }

    private static float logit(long candidate) {
        int bits = (int) (candidate >> 32);
        return Float.intBitsToFloat(bits ^ (bits >> 31 & Integer.MAX_VALUE));
    }

    private static int id(long candidate) {
        return Integer.MAX_VALUE - (int) candidate;
    }
}
