package dev.athanor.engine.tokenizer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.athanor.engine.AthanorException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a {@code tokenizer.json} of Hugging Face's {@code tokenizers}
 * (<a href="https://huggingface.co/docs/tokenizers">format</a>): data only, strictly, and within bounds of size.
 *
 * <p>A component or an option that is not known is an {@link AthanorException} that names it and what is supported.
 */
public final class TokenizerJson {
    /** Largest file, bytes. */
    public static final long BYTES_LIMIT = 128L << 20;

    private static final String KIND = "a tokenizer.json";
    private static final int TOKEN_CHARS_LIMIT = 1 << 20;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxNameLength(TOKEN_CHARS_LIMIT)
                    .maxStringLength(TOKEN_CHARS_LIMIT)
                    .build())
            .build();

    private final TokenizerSource source;
    private final Map<String, Object> rest = new LinkedHashMap<>();
    private ModelJson model;

    private TokenizerJson(TokenizerSource source) {
        this.source = source;
    }

    /** @throws AthanorException if the file is missing, too large, damaged, or asks for what is not supported */
    public static Tokenizer read(Path file) {
        TokenizerSource source = new TokenizerSource(file.toString(), KIND);
        try (InputStream in = Files.newInputStream(file)) {
            long size = Files.size(file);
            if (size > BYTES_LIMIT) {
                throw source.damaged("it has " + size + " bytes, the limit is " + BYTES_LIMIT);
            }
            return new TokenizerJson(source).read(in);
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read a tokenizer from " + file, "the file cannot be read: " + e, "Check the path", e);
        }
    }

    /**
     * As {@link #read(Path)}, from bytes in memory.
     *
     * @param location where they come from, for messages
     */
    public static Tokenizer read(byte[] json, String location) {
        TokenizerSource source = new TokenizerSource(location, KIND);
        if (json.length > BYTES_LIMIT) {
            throw source.damaged("it has " + json.length + " bytes, the limit is " + BYTES_LIMIT);
        }
        try {
            return new TokenizerJson(source).read(new ByteArrayInputStream(json));
        } catch (IOException e) {
            throw new AthanorException("Cannot read a tokenizer from " + location, e.toString(), "", e);
        }
    }

    private Tokenizer read(InputStream in) throws IOException {
        try (JsonParser json = JSON.createParser(in)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw source.damaged("it does not begin with {");
            }
            JsonTree tree = new JsonTree(json, source);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String name = json.currentName();
                json.nextToken();
                if (name.equals("model")) {
                    model = new ModelJson(json, source);
                    model.read(tree);
                } else {
                    rest.put(name, tree.read());
                }
            }
            if (json.nextToken() != null) {
                throw source.damaged("it goes on after the closing }");
            }
        } catch (JsonProcessingException e) {
            throw source.damaged("it is not acceptable JSON: " + e.getOriginalMessage());
        }
        return build();
    }

    private Tokenizer build() {
        if (model == null) {
            throw source.damaged("it has no model");
        }
        Component top = new Component(source, "tokenizer", rest);
        String version = top.text("version", "1.0");
        if (!version.equals("1.0")) {
            throw top.unsupported("has version " + version, List.of("1.0"));
        }
        UnicodeSets unicode = UnicodeSets.read();
        Normalizer normalizer =
                top.has("normalizer") ? new NormalizerJson(unicode).read(top.child("normalizer")) : null;
        PreTokenizerJson splits = new PreTokenizerJson(unicode);
        PreTokenizer preTokenizer = top.has("pre_tokenizer") ? splits.read(top.child("pre_tokenizer")) : null;
        TemplateJson template = new TemplateJson();
        if (top.has("post_processor")) {
            template.read(top.child("post_processor"));
        }
        Decoder decoder = top.has("decoder") ? DecoderJson.read(top.child("decoder")) : new Decoder.Spaced();
        TokenModel built = model.build(splits.byteLevel());
        List<AddedToken> added = top.has("added_tokens") ? added(top, built.vocabulary()) : List.of();
        refuseOthers(top);
        return new StagedTokenizer(
                new StagedTokenizer.Stages(added, normalizer, preTokenizer, built, template.template(), decoder),
                unicode);
    }

    /** Truncation and padding are known and left to the caller. */
    private void refuseOthers(Component top) {
        Set<String> known = Set.of(
                "version",
                "truncation",
                "padding",
                "normalizer",
                "pre_tokenizer",
                "post_processor",
                "decoder",
                "added_tokens");
        for (String name : rest.keySet()) {
            if (!known.contains(name)) {
                throw top.unsupported(
                        "has a section " + name, known.stream().sorted().toList());
            }
        }
    }

    private static List<AddedToken> added(Component top, Vocabulary vocabulary) {
        List<AddedToken> tokens = new ArrayList<>();
        Set<Integer> ids = new HashSet<>();
        Set<String> contents = new HashSet<>();
        for (Component c : top.children("added_tokens")) {
            String content = c.text("content");
            int id = c.integer("id", -1);
            String model = vocabulary.token(id);
            int modelId = vocabulary.id(content);
            if (content.isEmpty() || id < 0 || id >= ModelJson.ENTRIES_LIMIT) {
                throw c.damaged("has the content '" + content + "' and the id " + id);
            } else if ((model != null && !model.equals(content)) || (modelId >= 0 && modelId != id)) {
                throw c.damaged("gives " + content + " the id " + id + ", the model's vocab has "
                        + (model == null ? modelId + " for it" : model + " there"));
            } else if (!ids.add(id) || !contents.add(content)) {
                throw c.damaged("repeats the token " + content + " or its id " + id);
            }
            tokens.add(new AddedToken(
                    id,
                    content,
                    c.flag("special", false),
                    c.flag("single_word", false),
                    c.flag("lstrip", false),
                    c.flag("rstrip", false),
                    c.flag("normalized", !c.flag("special", false))));
            c.done();
        }
        return tokens;
    }
}
