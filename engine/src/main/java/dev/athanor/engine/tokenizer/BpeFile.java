package dev.athanor.engine.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Writes a byte-level byte-pair encoding as {@code tokenizer.json}. */
record BpeFile(List<String> tokens, List<BytePairModel.Merge> merges, List<String> special) {
    byte[] bytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("version", "1.0");
            json.writeNullField("truncation");
            json.writeNullField("padding");
            addedTokens(json, tokens, special);
            json.writeNullField("normalizer");
            byteLevel(json, "pre_tokenizer");
            byteLevel(json, "post_processor");
            byteLevel(json, "decoder");
            model(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to memory", e);
        }
        return out.toByteArray();
    }

    /** @param tokens whose places are the ids of the special ones */
    static void addedTokens(JsonGenerator json, List<String> tokens, List<String> special) throws IOException {
        json.writeArrayFieldStart("added_tokens");
        for (String token : special) {
            json.writeStartObject();
            json.writeNumberField("id", tokens.indexOf(token));
            json.writeStringField("content", token);
            for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
                json.writeBooleanField(flag, false);
            }
            json.writeBooleanField("special", true);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void byteLevel(JsonGenerator json, String section) throws IOException {
        json.writeObjectFieldStart(section);
        json.writeStringField("type", "ByteLevel");
        json.writeBooleanField("add_prefix_space", false);
        json.writeBooleanField("trim_offsets", true);
        json.writeBooleanField("use_regex", true);
        json.writeEndObject();
    }

    private void model(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("model");
        json.writeStringField("type", "BPE");
        for (String option : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            json.writeNullField(option);
        }
        for (String option : List.of("fuse_unk", "byte_fallback", "ignore_merges")) {
            json.writeBooleanField(option, false);
        }
        json.writeObjectFieldStart("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            json.writeNumberField(tokens.get(id), id);
        }
        json.writeEndObject();
        json.writeArrayFieldStart("merges");
        for (BytePairModel.Merge merge : merges) {
            json.writeStartArray();
            json.writeString(merge.left());
            json.writeString(merge.right());
            json.writeEndArray();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
