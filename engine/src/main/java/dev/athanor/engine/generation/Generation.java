package dev.athanor.engine.generation;

import java.util.List;

/**
 * What came of one prompt.
 *
 * @param text what follows the prompt; null where there is an error
 * @param promptTokens how many tokens the prompt has
 * @param tokens the generated ids, without the one that ended the text
 * @param logProbabilities of each of the tokens under the model's own distribution over all tokens, those that a response
 *     format rules out included, in nats; empty unless asked for
 * @param finish why it ended; null where there is an error
 * @param error why there is no text, or null
 */
public record Generation(
        String text,
        int promptTokens,
        List<Integer> tokens,
        List<Float> logProbabilities,
        Finish finish,
        String error) {
    public Generation {
        tokens = List.copyOf(tokens);
        logProbabilities = List.copyOf(logProbabilities);
    }

    /** Why a text ended. */
    public enum Finish {
        /** The model ended it, or it is whole: nothing may follow in its response format. */
        END,
        /** It came to a stop string. */
        STOP,
        /**
         * It has the most tokens that were asked for, or that the model takes; in a response format it was brought to an end in
         * time, where the model would have gone on.
         */
        LENGTH
    }

    static Generation failed(String error) {
        return new Generation(null, 0, List.of(), List.of(), null, error);
    }
}
