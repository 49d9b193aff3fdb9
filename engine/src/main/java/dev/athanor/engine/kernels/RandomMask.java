package dev.athanor.engine.kernels;

/**
 * The counter-based random bits of dropout: a pure function of seed, step and position, so that every provider, thread
 * and replay draws the same mask.
 *
 * <p>Two rounds of the 32-bit mixer {@code lowbias32} (Wellons, "Prospecting for hash functions", 2018), keyed before
 * each round; only 32-bit operations, so that it runs in vector registers.
 */
public final class RandomMask {
    private final int key0;
    private final int key1;
    private final int threshold;
    private final double scale;

    /**
     * @param rate share of elements to drop, in [0,1)
     */
    public RandomMask(double rate, long seed, long step) {
        long key = key(seed, step);
        this.key0 = (int) key;
        this.key1 = (int) (key >>> 32);
        this.threshold = threshold(rate);
        this.scale = 1 / (1 - rate);
    }

    /** Both round keys, the first in the lower half: for providers that must not make an object per call. */
    public static long key(long seed, long step) {
        return mix64(seed + mix64(step + 0x9E3779B97F4A7C15L));
    }

    /** {@link #threshold()} of a rate. */
    public static int threshold(double rate) {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("Cannot drop elements: the rate " + rate + " is not in [0,1)");
        }
        return (int) Math.round(rate * (1L << 31));
    }

    /** Whether the element at a position stays. */
    public boolean keeps(int position) {
        return (mix32(mix32(position ^ key0) + key1) >>> 1) >= threshold;
    }

    /** Key of the first round. */
    public int key0() {
        return key0;
    }

    /** Key of the second round. */
    public int key1() {
        return key1;
    }

    /** An element stays when the upper 31 bits of its hash are at least this. */
    public int threshold() {
        return threshold;
    }

    /** {@code 1 / (1 - rate)}. */
    public double scale() {
        return scale;
    }

    private static int mix32(int x) {
        x ^= x >>> 16;
        x *= 0x7feb352d;
        x ^= x >>> 15;
        x *= 0x846ca68b;
        return x ^ (x >>> 16);
    }

    private static long mix64(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
