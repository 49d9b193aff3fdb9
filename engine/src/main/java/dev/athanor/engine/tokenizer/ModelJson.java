package dev.athanor.engine.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.athanor.engine.tokenizer.BytePairModel.Merge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The model of a {@code tokenizer.json}: vocabulary and merges as they stream by, the rest as a component. */
final class ModelJson {
    /** Most tokens, and most merges. */
    static final int ENTRIES_LIMIT = 2_000_000;

    private static final List<String> SUPPORTED = List.of("BPE", "Unigram", "WordPiece");

    private final JsonParser json;
    private final TokenizerSource source;
    private final Map<String, Object> options = new LinkedHashMap<>();
    private String[] tokens = new String[1024];
    private int size;
    private double[] scores = new double[0];
    private final List<Merge> merges = new ArrayList<>();

    ModelJson(JsonParser json, TokenizerSource source) {
        this.json = json;
        this.source = source;
    }

    /** Reads the object at the parser's current token. */
    void read(JsonTree tree) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw source.damaged("model is not an object");
        }
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals("vocab") && value == JsonToken.START_OBJECT) {
                vocabulary();
            } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
                scored();
            } else if (name.equals("merges") && value == JsonToken.START_ARRAY) {
                merges();
            } else {
                options.put(name, tree.read());
            }
        }
    }

    private void vocabulary() throws IOException {
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String token = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_NUMBER_INT) {
                throw source.damaged("model.vocab has no id for " + token);
            }
            long id = json.getLongValue();
            put(id, token);
        }
    }

    private void put(long id, String token) {
        if (id < 0 || id >= ENTRIES_LIMIT) {
            throw source.damaged("model.vocab gives " + token + " the id " + id + ", the limit is " + ENTRIES_LIMIT);
        }
        if (id >= tokens.length) {
            tokens = Arrays.copyOf(tokens, (int) Math.max(id + 1, tokens.length * 2L));
        }
        if (tokens[(int) id] != null) {
            throw source.damaged("model.vocab gives the id " + id + " to " + tokens[(int) id] + " and to " + token);
        }
        tokens[(int) id] = token;
        size = (int) Math.max(size, id + 1);
    }

    private void scored() throws IOException {
        scores = new double[1024];
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.START_ARRAY);
            json.nextToken();
            expect(JsonToken.VALUE_STRING);
            String token = json.getText();
            if (!json.nextToken().isNumeric()) {
                throw source.damaged("model.vocab has no score for " + token);
            }
            double score = score(token);
            if (!Double.isFinite(score)) {
                throw source.damaged("model.vocab has the score " + score + " for " + token);
            }
            if (size == scores.length) {
                scores = Arrays.copyOf(scores, size * 2);
            }
            scores[size] = score;
            put(size, token);
            json.nextToken();
            expect(JsonToken.END_ARRAY);
        }
        scores = Arrays.copyOf(scores, size);
    }

    private double score(String token) throws IOException {
        try {
            return ScoreText.parse(json.getText());
        } catch (NumberFormatException e) {
            throw source.damaged("model.vocab has the score " + json.getText() + " for " + token);
        }
    }

    private void merges() throws IOException {
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (merges.size() == ENTRIES_LIMIT) {
                throw source.damaged("model.merges has more than " + ENTRIES_LIMIT + " entries");
            }
            if (json.currentToken() == JsonToken.VALUE_STRING) {
                String[] parts = json.getText().split(" ", -1);
                if (parts.length != 2) {
                    throw source.damaged("model.merges has '" + json.getText() + "', not two tokens");
                }
                merges.add(new Merge(parts[0], parts[1]));
            } else {
                expect(JsonToken.START_ARRAY);
                json.nextToken();
                expect(JsonToken.VALUE_STRING);
                String left = json.getText();
                json.nextToken();
                expect(JsonToken.VALUE_STRING);
                merges.add(new Merge(left, json.getText()));
                json.nextToken();
                expect(JsonToken.END_ARRAY);
            }
        }
    }

    private void expect(JsonToken token) {
        if (json.currentToken() != token) {
            throw source.damaged("model has " + json.currentToken() + " where " + token + " is expected");
        }
    }

    /** @param byteLevel whether the pre-tokenizer says that symbols are bytes */
    TokenModel build(boolean byteLevel) {
        Component c = new Component(source, "model", options);
        String type = c.text("type", scores.length > 0 ? "Unigram" : merges.isEmpty() ? "WordPiece" : "BPE");
        if (size == 0) {
            throw c.damaged("has no vocab");
        }
        Vocabulary vocabulary = Vocabulary.of(Arrays.asList(tokens).subList(0, size));
        if (byteLevel && !type.equals("BPE")) {
            throw c.unsupported("is a " + type + " behind ByteLevel", List.of("BPE behind ByteLevel"));
        }
        TokenModel model =
                switch (type) {
                    case "WordPiece" -> wordPiece(c, vocabulary);
                    case "BPE" -> bytePair(c, vocabulary, byteLevel);
                    case "Unigram" -> unigram(c, vocabulary);
                    default -> throw c.unsupported("is a " + type, SUPPORTED);
                };
        c.done();
        return model;
    }

    private static WordPieceModel wordPiece(Component c, Vocabulary vocabulary) {
        String unknown = c.text("unk_token", "[UNK]");
        require(c, vocabulary, unknown);
        return new WordPieceModel(
                vocabulary,
                unknown,
                c.text("continuing_subword_prefix", "##"),
                c.integer("max_input_chars_per_word", 100));
    }

    private BytePairModel bytePair(Component c, Vocabulary vocabulary, boolean byteLevel) {
        String unknown = c.text("unk_token", null);
        if (unknown != null) {
            require(c, vocabulary, unknown);
        }
        for (String option : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!c.text(option, "").isEmpty()) {
                throw c.unsupported("has a " + option, List.of("models without one"));
            }
        }
        if (c.has("dropout")) {
            throw c.unsupported("has dropout", List.of("models without dropout"));
        }
        c.text("dropout", null);
        for (Merge merge : merges) {
            require(c, vocabulary, merge.left());
            require(c, vocabulary, merge.right());
            require(c, vocabulary, merge.left() + merge.right());
        }
        return new BytePairModel(
                vocabulary,
                Merges.ranked(vocabulary, merges),
                new BytePairModel.Options(
                        byteLevel,
                        c.flag("byte_fallback", false),
                        unknown,
                        c.flag("fuse_unk", false),
                        c.flag("ignore_merges", false)));
    }

    private UnigramModel unigram(Component c, Vocabulary vocabulary) {
        int unknown = c.integer("unk_id", -1);
        if (unknown < 0 || unknown >= size) {
            throw c.damaged("has unk_id " + unknown + " in a vocabulary of " + size);
        }
        if (scores.length != size) {
            throw c.damaged("has no scores");
        }
        return new UnigramModel(vocabulary, scores, unknown, c.flag("byte_fallback", false));
    }

    private static void require(Component c, Vocabulary vocabulary, String token) {
        if (vocabulary.id(token) < 0) {
            throw c.damaged("names the token " + token + ", which its vocab lacks");
        }
    }
}
