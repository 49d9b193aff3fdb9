package dev.athanor.engine.generation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.grammar.JsonSchema;
import dev.athanor.engine.text.NearestName;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;

/**
 * How a text is continued. Tokens are drawn from the model's distribution after, in this order, repetition penalty,
 * temperature, top-k, top-p and min-p.
 *
 * @param maxTokens most tokens that are generated, from 1
 * @param temperature what logits are divided by; 0 takes the most probable token, always the same text
 * @param topK only the k most probable tokens are drawn; 0 for all
 * @param topP only the most probable tokens that together have this probability are drawn (arXiv:1904.09751); 1 for all
 * @param minP only tokens at least this part as probable as the best are drawn (arXiv:2407.01082); 0 for all
 * @param repetitionPenalty what logits of tokens that the text has already are divided by, where they are positive, or
 *     multiplied by (arXiv:1909.05858); 1 for none
 * @param stop strings that end a text, which they are then not part of
 * @param seed of all draws; each text has draws of its own, which depend on its prompt alone
 * @param logProbabilities whether the log-probability of every token is kept
 * @param responseFormat what every text is, as {@link JsonSchema#of} reads it; empty for anything
 */
public record GenerationOptions(
        int maxTokens,
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        List<String> stop,
        long seed,
        boolean logProbabilities,
        String responseFormat)
        implements Serializable {
    /** What holds where nothing else is said. */
    public static final GenerationOptions DEFAULTS = new GenerationOptions(128, 0, 0, 1, 0, 1, List.of(), 0, false, "");

    private static final int MOST_TOKENS = 1 << 20;
    private static final int MOST_STOPS = 64;
    private static final List<String> NAMES = List.of(
            "max_tokens",
            "temperature",
            "top_k",
            "top_p",
            "min_p",
            "repetition_penalty",
            "stop",
            "seed",
            "response_format");

    public GenerationOptions {
        stop = List.copyOf(stop);
        check(maxTokens >= 1 && maxTokens <= MOST_TOKENS, "max_tokens", maxTokens, "from 1 to " + MOST_TOKENS);
        check(temperature >= 0 && temperature <= 100, "temperature", temperature, "from 0 to 100");
        check(topK >= 0, "top_k", topK, "0 or more");
        check(topP > 0 && topP <= 1, "top_p", topP, "above 0 and at most 1");
        check(minP >= 0 && minP < 1, "min_p", minP, "from 0 and below 1");
        check(
                repetitionPenalty > 0 && repetitionPenalty <= 100,
                "repetition_penalty",
                repetitionPenalty,
                "above 0 and at most 100");
        check(
                stop.size() <= MOST_STOPS && stop.stream().noneMatch(String::isEmpty),
                "stop",
                stop,
                "at most " + MOST_STOPS + " strings, none of them empty");
        check(
                responseFormat.isEmpty() || stop.isEmpty(),
                "stop",
                stop,
                "for texts of a response_format, which end where they are whole");
    }

    /** Options for texts of any kind. */
    public GenerationOptions(
            int maxTokens,
            double temperature,
            int topK,
            double topP,
            double minP,
            double repetitionPenalty,
            List<String> stop,
            long seed,
            boolean logProbabilities) {
        this(maxTokens, temperature, topK, topP, minP, repetitionPenalty, stop, seed, logProbabilities, "");
    }

    private static void check(boolean right, String name, Object value, String wanted) {
        if (!right) {
            throw wrong(name, value, wanted);
        }
    }

    /**
     * Reads options by their names, as {@code max_tokens}.
     *
     * @param options numbers as decimal digits; {@code stop} as one string, or several in a JSON array;
     *     {@code response_format} as {@link JsonSchema#of} reads it
     * @throws AthanorException if a name is not known or a value is not allowed
     */
    public static GenerationOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!NAMES.contains(name)) {
                throw new AthanorException(
                        "Cannot generate text with " + name,
                        "there is no such option",
                        NearestName.of(name, NAMES)
                                        .map(near -> "Did you mean " + near + "? ")
                                        .orElse("")
                                + "Options are " + String.join(", ", NAMES));
            }
        }
        GenerationOptions d = DEFAULTS;
        return new GenerationOptions(
                (int) number(options, "max_tokens", d.maxTokens, GenerationOptions::isInt, "a whole number"),
                number(options, "temperature", d.temperature, Double::isFinite, "a number"),
                (int) number(options, "top_k", d.topK, GenerationOptions::isInt, "a whole number"),
                number(options, "top_p", d.topP, Double::isFinite, "a number"),
                number(options, "min_p", d.minP, Double::isFinite, "a number"),
                number(options, "repetition_penalty", d.repetitionPenalty, Double::isFinite, "a number"),
                options.containsKey("stop") ? stops(options.get("stop")) : d.stop,
                seed(options),
                false,
                options.containsKey("response_format")
                        ? JsonSchema.of(options.get("response_format")).text()
                        : d.responseFormat);
    }

    /** The options that differ from {@link #DEFAULTS}, as {@link #of} reads them: {@code max_tokens=40, seed=1}. */
    public String written() {
        List<String> parts = new ArrayList<>();
        GenerationOptions d = DEFAULTS;
        written(parts, "max_tokens", maxTokens, d.maxTokens);
        written(parts, "temperature", temperature, d.temperature);
        written(parts, "top_k", topK, d.topK);
        written(parts, "top_p", topP, d.topP);
        written(parts, "min_p", minP, d.minP);
        written(parts, "repetition_penalty", repetitionPenalty, d.repetitionPenalty);
        written(parts, "stop", stop, d.stop);
        written(parts, "seed", seed, d.seed);
        written(parts, "response_format", responseFormat, d.responseFormat);
        return String.join(", ", parts);
    }

    private static void written(List<String> parts, String name, Object value, Object absent) {
        if (!value.equals(absent)) {
            parts.add(name + "=" + value);
        }
    }

    private static boolean isInt(double value) {
        return value == (int) value;
    }

    private static double number(
            Map<String, String> options, String name, double absent, DoublePredicate right, String wanted) {
        if (!options.containsKey(name)) {
            return absent;
        }
        String text = options.get(name);
        try {
            double value = Double.parseDouble(text);
            if (right.test(value)) {
                return value;
            }
        } catch (NumberFormatException | NullPointerException e) {
            throw wrong(name, text, wanted);
        }
        throw wrong(name, text, wanted);
    }

    private static long seed(Map<String, String> options) {
        String text = options.getOrDefault("seed", Long.toString(DEFAULTS.seed));
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw wrong("seed", text, "a whole number");
        }
    }

    private static List<String> stops(String text) {
        if (text == null) {
            throw wrong("stop", null, "a string");
        } else if (!text.startsWith("[")) {
            return List.of(text);
        }
        try {
            List<String> stops = new ArrayList<>();
            for (String stop : new ObjectMapper().readValue(text, String[].class)) {
                stops.add(stop == null ? "" : stop);
            }
            return stops;
        } catch (JsonProcessingException e) {
            throw wrong("stop", text, "one string, or a JSON array of strings");
        }
    }

    private static AthanorException wrong(String name, Object value, String wanted) {
        return new AthanorException(
                "Cannot generate text with " + name + " " + value, "it is not " + wanted, "Give a value that is");
    }
}
