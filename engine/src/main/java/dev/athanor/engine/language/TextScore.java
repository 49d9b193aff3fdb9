package dev.athanor.engine.language;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well texts were predicted, as sums that add up over parts.
 *
 * @param nats sum of the losses
 * @param tokens predicted
 * @param characters code points of the texts
 * @param bytes of the texts as UTF-8
 */
public record TextScore(double nats, long tokens, long characters, long bytes) {
    /** Of no text. */
    public static final TextScore NONE = new TextScore(0, 0, 0, 0);

    /** Both together. */
    public TextScore plus(TextScore other) {
        return new TextScore(
                nats + other.nats, tokens + other.tokens, characters + other.characters, bytes + other.bytes);
    }

    /**
     * By name: {@code loss} (nats per token), {@code perplexity} (its exponential), {@code loss_per_character} (nats) and
     * {@code bits_per_byte}, of which the last two do not depend on how a tokenizer cuts the text.
     */
    public Map<String, Double> metrics() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", nats / tokens);
        metrics.put("perplexity", Math.exp(nats / tokens));
        metrics.put("loss_per_character", nats / characters);
        metrics.put("bits_per_byte", nats / Math.log(2) / bytes);
        return metrics;
    }
}
