package dev.athanor.engine.transformer;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.AttentionShape;
import java.util.List;

/**
 * A transformer's architecture as data, the same for every family: token embeddings, blocks, a last normalisation.
 *
 * @param vocabulary V, rows of the token table
 * @param width W, numbers per token between blocks
 * @param maxTokens longest sequence, tokens
 * @param embedding how tokens become rows
 * @param blocks from first to last
 * @param norm after the last block, or null
 * @param causal whether a token sees only those before it
 * @param head how hidden states become logits
 */
public record TransformerSpec(
        int vocabulary,
        int width,
        int maxTokens,
        Embedding embedding,
        List<Block> blocks,
        Norm norm,
        boolean causal,
        Head head) {
    public TransformerSpec {
        blocks = List.copyOf(blocks);
    }

    /**
     * Token embeddings.
     *
     * @param scale what the token's row is multiplied by
     * @param positions rows of the table of learned positions; 0 for none
     * @param positionOffset row of the first position
     * @param types rows of the table of token types (segments); 0 for none
     * @param norm after the sum, or null
     */
    public record Embedding(float scale, int positions, int positionOffset, int types, Norm norm) {}

    /** Where a block normalises. */
    public enum Placement {
        /** {@code x = norm(x + f(x))}: BERT. */
        AFTER,
        /** {@code x = x + f(norm(x))}: GPT-2, Llama. */
        BEFORE,
        /** {@code x = x + norm'(f(norm(x)))}: Gemma 3. */
        AROUND
    }

    /** An attention and a feed-forward part, each with its normalisation. */
    public record Block(Attention attention, FeedForward feedForward, Norm norm, Placement placement) {}

    /**
     * Self-attention.
     *
     * @param shape heads and mask
     * @param rotary rotary positions of queries and keys, or null
     * @param norm of each head's query and key, or null
     * @param inputBias whether query, key and value have a bias
     * @param outputBias whether the output has a bias
     */
    public record Attention(AttentionShape shape, Rotary rotary, Norm norm, boolean inputBias, boolean outputBias) {}

    /**
     * Rotary positions: pair d of R/2 turns by {@code position / factor · theta^(-2d/R)}.
     *
     * @param theta base
     * @param width R, components of each head that turn
     * @param factor what positions are divided by (linear scaling)
     * @param bands stretching by wave length, or null
     * @param divisors what the speed of each pair is divided by; empty for none
     */
    public record Rotary(double theta, int width, double factor, Bands bands, List<Float> divisors) {
        public Rotary {
            divisors = List.copyOf(divisors);
            if (!divisors.isEmpty() && divisors.size() != width / 2) {
                throw new IllegalArgumentException(
                        "Cannot turn " + width / 2 + " pairs with " + divisors.size() + " divisors");
            }
        }

        public Rotary(double theta, int width, double factor, Bands bands) {
            this(theta, width, factor, bands, List.of());
        }
    }

    /**
     * Llama 3's stretching: long waves are slowed by {@code factor}, short ones left, those between blended.
     *
     * @param factor of waves longer than {@code original / low}
     * @param low factor of low frequencies
     * @param high factor of high frequencies
     * @param original longest sequence before stretching, tokens
     */
    public record Bands(double factor, double low, double high, int original) {}

    /**
     * Two products with an activation between.
     *
     * @param width F, numbers between the two
     * @param activation of the first product
     * @param gated whether a second first product multiplies the activated one (SwiGLU, arXiv:2002.05202)
     * @param bias whether the products have biases
     */
    public record FeedForward(int width, Activation activation, boolean gated, boolean bias) {}

    /**
     * A normalisation over the width.
     *
     * @param kind which
     * @param epsilon added to the variance or mean square
     */
    public record Norm(Kind kind, double epsilon) {
        /** With shift and gain, or with gain only. */
        public enum Kind {
            LAYER,
            RMS
        }
    }

    /** How hidden states become logits over the vocabulary. */
    public enum Head {
        /** Not at all: an encoder. */
        NONE,
        /** By the table of token embeddings. */
        TIED,
        /** By a matrix of its own. */
        OWN
    }

    /** Numbers that are learned. */
    public long parameters() {
        return WeightShapes.of(this).values().stream()
                .mapToLong(shape -> {
                    long n = 1;
                    for (int d : shape) {
                        n *= d;
                    }
                    return n;
                })
                .sum();
    }

    /** Floating-point operations of the matrix products of all blocks for one token. */
    public long operationsPerToken() {
        return WeightShapes.of(this).entrySet().stream()
                .filter(e -> e.getKey().startsWith(WeightShapes.BLOCKS) && e.getValue().length == 2)
                .mapToLong(e -> 2L * e.getValue()[0] * e.getValue()[1])
                .sum();
    }

    @Override
    public String toString() {
        return blocks.size() + " blocks of width " + width;
    }
}
