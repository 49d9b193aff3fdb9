package dev.athanor.engine.grammar;

import dev.athanor.engine.tokenizer.Tokenizer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The grammars of one model, the last few of which are kept; nothing is computed before the first. For many threads. */
public final class JsonGrammars {
    private static final int KEPT = 8;

    private final Tokenizer tokenizer;
    private final Set<Integer> ends;
    private final int vocabulary;
    private final Map<String, JsonGrammar> grammars = new LinkedHashMap<>(KEPT * 2, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, JsonGrammar> eldest) {
            return size() > KEPT;
        }
    };
    private TokenBytes tokens;

    /**
     * @param ends ids of the tokens that end a text
     * @param vocabulary tokens that the model has logits for
     */
    public JsonGrammars(Tokenizer tokenizer, Set<Integer> ends, int vocabulary) {
        this.tokenizer = tokenizer;
        this.ends = ends;
        this.vocabulary = vocabulary;
    }

    /**
     * The grammar of a schema.
     *
     * @throws dev.athanor.engine.AthanorException if no value of it is finite, or the vocabulary cannot spell all of JSON
     */
    public synchronized JsonGrammar of(JsonSchema schema) {
        JsonGrammar known = grammars.get(schema.text());
        if (known == null) {
            if (tokens == null) {
                tokens = new TokenBytes(tokenizer, ends, vocabulary);
            }
            known = new JsonGrammar(schema, tokens);
            grammars.put(schema.text(), known);
        }
        return known;
    }
}
