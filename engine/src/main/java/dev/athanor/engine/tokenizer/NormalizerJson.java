package dev.athanor.engine.tokenizer;

import java.text.Normalizer.Form;
import java.util.List;

/** The normalizers of a {@code tokenizer.json}. */
record NormalizerJson(UnicodeSets unicode) {
    private static final List<String> SUPPORTED = List.of(
            "BertNormalizer",
            "Lowercase",
            "NFC",
            "NFD",
            "NFKC",
            "NFKD",
            "Nmt",
            "Prepend",
            "Replace",
            "Sequence",
            "Strip",
            "StripAccents");

    Normalizer read(Component c) {
        String type = c.type();
        Normalizer result =
                switch (type) {
                    case "BertNormalizer" -> bert(c);
                    case "Lowercase" -> new LowercaseNormalizer(unicode);
                    case "NFC", "NFD", "NFKC", "NFKD" -> new UnicodeNormalizer(Form.valueOf(type), unicode.opaque());
                    case "Nmt" -> new NmtNormalizer();
                    case "Prepend" -> new PrependNormalizer(c.text("prepend"));
                    case "Replace" -> replace(c);
                    case "Sequence" ->
                        new Normalizer.Sequence(c.children("normalizers").stream()
                                .map(this::read)
                                .toList());
                    case "Strip" -> new StripNormalizer(c.flag("strip_left", true), c.flag("strip_right", true));
                    case "StripAccents" -> new RemovingNormalizer(unicode.marks());
                    default -> throw c.unsupported("is a " + type, SUPPORTED);
                };
        c.done();
        return result;
    }

    private Normalizer bert(Component c) {
        boolean lowercase = c.flag("lowercase", true);
        return new BertNormalizer(
                c.flag("clean_text", true),
                c.flag("handle_chinese_chars", true),
                c.flag("strip_accents", lowercase),
                lowercase,
                unicode);
    }

    private static Normalizer replace(Component c) {
        Component pattern = c.child("pattern");
        String content = c.text("content");
        if (!pattern.has("Regex")) {
            String literal = pattern.text("String");
            pattern.done();
            if (literal.isEmpty()) {
                throw pattern.damaged("is empty");
            }
            return new ReplaceNormalizer(literal, 0, content);
        }
        String regex = pattern.text("Regex");
        if (regex.equals(" {2,}")) {
            return new ReplaceNormalizer(" ", 2, content);
        }
        throw pattern.unsupported("is the regular expression " + regex, List.of("a String", "the Regex ' {2,}'"));
    }
}
