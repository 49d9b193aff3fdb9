package dev.athanor.engine.tokenizer;

import dev.athanor.engine.tokenizer.MetaspacePreTokenizer.Prepend;
import java.util.List;

/** The decoders of a {@code tokenizer.json}. */
final class DecoderJson {
    private static final List<String> SUPPORTED =
            List.of("ByteFallback", "ByteLevel", "Fuse", "Metaspace", "Replace", "Sequence", "Strip", "WordPiece");

    private DecoderJson() {}

    static Decoder read(Component c) {
        String type = c.type();
        Decoder result =
                switch (type) {
                    case "ByteFallback" -> new Decoder.ByteFallback();
                    case "ByteLevel" -> byteLevel(c);
                    case "Fuse" -> new Decoder.Fuse();
                    case "Metaspace" -> metaspace(c);
                    case "Replace" -> replace(c);
                    case "Sequence" ->
                        new Decoder.Sequence(c.children("decoders").stream()
                                .map(DecoderJson::read)
                                .toList());
                    case "Strip" ->
                        new Decoder.Strip(c.character("content"), c.integer("start", 0), c.integer("stop", 0));
                    case "WordPiece" -> new Decoder.WordPiece(c.text("prefix", "##"), c.flag("cleanup", true));
                    default -> throw c.unsupported("is a " + type, SUPPORTED);
                };
        c.done();
        return result;
    }

    private static Decoder byteLevel(Component c) {
        c.flag("add_prefix_space", true);
        c.flag("trim_offsets", true);
        c.flag("use_regex", true);
        return new Decoder.ByteLevel(new ByteAlphabet());
    }

    private static Decoder metaspace(Component c) {
        c.flag("split", true);
        return new Decoder.Metaspace(c.character("replacement"), PreTokenizerJson.prepend(c) != Prepend.NEVER);
    }

    private static Decoder replace(Component c) {
        Component pattern = c.child("pattern");
        if (pattern.has("Regex")) {
            throw pattern.unsupported("is a regular expression", List.of("a String"));
        }
        return new Decoder.Replace(pattern.text("String"), c.text("content"));
    }
}
