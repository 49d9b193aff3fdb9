package dev.athanor.engine.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A tokenizer whose tokens are the characters (code points) of some texts, as a byte-pair encoding without pairs; a
 * character that the texts lack is {@value #UNKNOWN}.
 */
public final class CharacterTokens {
    /** The token of all other characters. */
    public static final String UNKNOWN = "<|unknown|>";

    private static final int FIRST_SURROGATE = 0xd800;
    private static final int LAST_SURROGATE = 0xdfff;

    private final BitSet seen = new BitSet();

    /** Knows no character yet. */
    public CharacterTokens() {}

    /** Adds the characters of a text. */
    public void add(String text) {
        text.codePoints().forEach(c -> seen.set(c >= FIRST_SURROGATE && c <= LAST_SURROGATE ? '?' : c));
    }

    /** @param special special tokens, which get the first ids; {@link #UNKNOWN} follows them */
    public BpeTrainer.Trained train(List<String> special) {
        List<String> first = new ArrayList<>(special);
        first.add(UNKNOWN);
        byte[] json = json(first);
        return new BpeTrainer.Trained(TokenizerJson.read(json, "the tokenizer of characters"), json);
    }

    private byte[] json(List<String> special) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            json.writeNullField("truncation");
            json.writeNullField("padding");
            BpeFile.addedTokens(json, special, special);
            json.writeNullField("normalizer");
            json.writeNullField("pre_tokenizer");
            json.writeNullField("post_processor");
            json.writeObjectFieldStart("decoder");
            json.writeStringField("type", "Fuse");
            json.writeEndObject();
            json.writeObjectFieldStart("model");
            json.writeStringField("type", "BPE");
            json.writeNullField("dropout");
            json.writeStringField("unk_token", UNKNOWN);
            json.writeNullField("continuing_subword_prefix");
            json.writeNullField("end_of_word_suffix");
            for (String option : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
                json.writeBooleanField(option, false);
            }
            json.writeObjectFieldStart("vocab");
            int id = 0;
            for (String token : special) {
                json.writeNumberField(token, id++);
            }
            for (int c = seen.nextSetBit(0); c >= 0; c = seen.nextSetBit(c + 1)) {
                json.writeNumberField(Character.toString(c), id++);
            }
            json.writeEndObject();
            json.writeArrayFieldStart("merges");
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to memory", e);
        }
        return out.toByteArray();
    }
}
