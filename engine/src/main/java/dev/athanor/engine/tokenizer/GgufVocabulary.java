package dev.athanor.engine.tokenizer;

import dev.athanor.engine.format.WeightMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The tokens of a GGUF file, with their types and scores, checked. */
final class GgufVocabulary {
    static final String PREFIX = "tokenizer.ggml.";

    private static final int TOKEN_LIMIT = 1024;

    private static final int NORMAL = 1;
    private static final int UNKNOWN = 2;
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;
    private static final int UNUSED = 5;
    private static final int BYTE = 6;

    private final WeightMetadata metadata;
    private final TokenizerSource source;
    private final List<String> tokens;
    private final long[] types;

    GgufVocabulary(WeightMetadata metadata, TokenizerSource source) {
        this.metadata = metadata;
        this.source = source;
        this.tokens = metadata.texts(PREFIX + "tokens");
        if (tokens.isEmpty() || tokens.size() > ModelJson.ENTRIES_LIMIT) {
            throw source.damaged(
                    "it has " + tokens.size() + " tokens, and 1 to " + ModelJson.ENTRIES_LIMIT + " are supported");
        }
        for (String token : tokens) {
            if (token.length() > TOKEN_LIMIT) {
                throw source.damaged(
                        "it has a token of " + token.length() + " characters, the limit is " + TOKEN_LIMIT);
            }
        }
        this.types = types();
    }

    private long[] types() {
        long[] given = metadata.integers(PREFIX + "token_type");
        if (given.length == 0) {
            given = new long[tokens.size()];
            Arrays.fill(given, NORMAL);
        }
        checkLength("token types", given.length);
        for (int id = 0; id < given.length; id++) {
            if (given[id] < NORMAL || given[id] > BYTE) {
                throw source.damaged("token " + id + " has the type " + given[id]);
            }
        }
        return given;
    }

    private void checkLength(String what, int length) {
        if (length != tokens.size()) {
            throw source.damaged("it has " + tokens.size() + " tokens and " + length + " " + what);
        }
    }

    int size() {
        return tokens.size();
    }

    List<String> tokens() {
        return tokens;
    }

    /** The score of each token. */
    float[] scores() {
        float[] scores = metadata.numbers(PREFIX + "scores");
        checkLength("scores", scores.length);
        for (int id = 0; id < scores.length; id++) {
            if (!Float.isFinite(scores[id])) {
                throw source.damaged("token " + id + " has the score " + scores[id]);
            }
        }
        return scores;
    }

    /** Whether a token comes of merging others. */
    boolean merges(int id) {
        return types[id] == NORMAL || types[id] == USER_DEFINED || types[id] == UNUSED;
    }

    /**
     * Tokens that are found in the text: control tokens, the unknown one, those the model's maker defined.
     *
     * @param normalized whether the last are sought in the normalised text
     */
    List<AddedToken> added(boolean normalized) {
        List<AddedToken> added = new ArrayList<>();
        for (int id = 0; id < types.length; id++) {
            boolean special = types[id] == CONTROL || types[id] == UNKNOWN;
            if ((special || types[id] == USER_DEFINED) && !tokens.get(id).isEmpty()) {
                added.add(new AddedToken(id, tokens.get(id), special, false, false, false, normalized && !special));
            }
        }
        return added;
    }

    boolean flag(String name, boolean absent) {
        return metadata.flag(PREFIX + name, absent);
    }

    String text(String name, String absent) {
        return metadata.text(PREFIX + name, absent);
    }

    List<String> texts(String name) {
        return metadata.texts(PREFIX + name);
    }

    /** The id at a key, -1 where there is none. */
    int id(String name, int absent) {
        long id = metadata.integer(PREFIX + name, absent);
        if (id == 0xffffffffL) { // how some files write that there is none
            return -1;
        } else if (id >= tokens.size() || id < -1) {
            throw source.damaged(PREFIX + name + " is " + id + " of " + tokens.size() + " tokens");
        }
        return (int) id;
    }

    /** The id at a key, which a template needs. */
    int required(String name, int absent) {
        int id = id(name, absent);
        if (id < 0) {
            throw source.damaged("it has no " + PREFIX + name);
        }
        return id;
    }
}
