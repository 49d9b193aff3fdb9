package dev.athanor.engine.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tokens by id and ids by token, added tokens included; immutable. */
public final class Vocabulary {
    private final Map<String, Integer> ids;
    private final String[] tokens;
    private final Map<String, Integer> special;

    private Vocabulary(Map<String, Integer> ids, String[] tokens, Map<String, Integer> special) {
        this.ids = ids;
        this.tokens = tokens;
        this.special = special;
    }

    /** @param tokens token of each id; null where no token has it */
    static Vocabulary of(List<String> tokens) {
        return new Vocabulary(index(tokens), tokens.toArray(new String[0]), Map.of());
    }

    private static Map<String, Integer> index(List<String> tokens) {
        Map<String, Integer> ids = new HashMap<>(tokens.size() * 2);
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.get(id) != null) {
                ids.put(tokens.get(id), id);
            }
        }
        return ids;
    }

    Vocabulary with(List<AddedToken> added) {
        List<String> all = new ArrayList<>(Arrays.asList(tokens));
        Map<String, Integer> special = new LinkedHashMap<>();
        for (AddedToken token : added) {
            while (all.size() <= token.id()) {
                all.add(null);
            }
            all.set(token.id(), token.content());
            if (token.special()) {
                special.put(token.content(), token.id());
            }
        }
        return new Vocabulary(index(all), all.toArray(new String[0]), special);
    }

    /** Id of a token, -1 where there is no such token. */
    public int id(String token) {
        return ids.getOrDefault(token, -1);
    }

    /** Token of an id, null where there is no such id. */
    public String token(int id) {
        return id < 0 || id >= tokens.length ? null : tokens[id];
    }

    /** One more than the highest id: the least number of rows an embedding needs. */
    public int size() {
        return tokens.length;
    }

    /** Special tokens and their ids, in the order of the file. */
    public Map<String, Integer> special() {
        return java.util.Collections.unmodifiableMap(special);
    }

    boolean isSpecial(String token) {
        return special.containsKey(token);
    }
}
