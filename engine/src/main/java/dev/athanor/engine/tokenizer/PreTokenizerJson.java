package dev.athanor.engine.tokenizer;

import dev.athanor.engine.tokenizer.MetaspacePreTokenizer.Prepend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The pre-tokenizers of a {@code tokenizer.json}. */
final class PreTokenizerJson {
    private static final List<String> SUPPORTED = List.of(
            "BertPreTokenizer",
            "ByteLevel",
            "CharDelimiterSplit",
            "Digits",
            "Metaspace",
            "Punctuation",
            "Sequence",
            "Split",
            "Whitespace",
            "WhitespaceSplit");

    private final UnicodeSets unicode;
    private boolean byteLevel;

    PreTokenizerJson(UnicodeSets unicode) {
        this.unicode = unicode;
    }

    /** Whether the model reads bytes in GPT-2's alphabet. */
    boolean byteLevel() {
        return byteLevel;
    }

    PreTokenizer read(Component c) {
        if (byteLevel) {
            throw c.unsupported("comes after ByteLevel", List.of("pre-tokenizers with ByteLevel last"));
        }
        String type = c.type();
        PreTokenizer result =
                switch (type) {
                    case "BertPreTokenizer" -> new BertPreTokenizer(unicode.punctuation());
                    case "ByteLevel" -> byteLevel(c);
                    case "CharDelimiterSplit" ->
                        new PatternSplit(
                                new PatternSplit.Literal(String.valueOf(c.character("delimiter"))),
                                SplitBehavior.REMOVED);
                    case "Digits" ->
                        new ClassSplit(
                                new ClassSplit.Member(unicode.digits()),
                                c.flag("individual_digits", false) ? SplitBehavior.ISOLATED : SplitBehavior.CONTIGUOUS);
                    case "Metaspace" -> metaspace(c);
                    case "Punctuation" ->
                        new ClassSplit(new ClassSplit.Member(unicode.punctuation()), behavior(c, "Isolated"));
                    case "Sequence" -> sequence(c);
                    case "Split" -> split(c);
                    case "Whitespace" -> new WordRunSplit(unicode.words());
                    case "WhitespaceSplit" -> new ClassSplit(new ClassSplit.Space(), SplitBehavior.REMOVED);
                    default -> throw c.unsupported("is a " + type, SUPPORTED);
                };
        c.done();
        return result;
    }

    private PreTokenizer sequence(Component c) {
        List<PreTokenizer> stages = new ArrayList<>();
        for (Component child : c.children("pretokenizers")) {
            stages.add(read(child));
        }
        return new PreTokenizer.Sequence(stages);
    }

    private PreTokenizer byteLevel(Component c) {
        byteLevel = true;
        c.flag("trim_offsets", true);
        WordScanner scanner = c.flag("use_regex", true) ? new WordScanner(WordScanner.Kind.GPT2, unicode) : null;
        return new ByteLevelPreTokenizer(c.flag("add_prefix_space", true), scanner);
    }

    private static PreTokenizer metaspace(Component c) {
        boolean split = c.flag("split", true);
        return new MetaspacePreTokenizer(c.character("replacement"), prepend(c), split);
    }

    /** How a Metaspace, the splitting or the decoding one, treats the beginning. */
    static Prepend prepend(Component c) {
        c.text("str_rep", null);
        boolean legacy = c.flag("add_prefix_space", true);
        String scheme = c.text("prepend_scheme", legacy ? "always" : "never");
        return switch (scheme) {
            case "always" -> Prepend.ALWAYS;
            case "first" -> Prepend.FIRST;
            case "never" -> Prepend.NEVER;
            default -> throw c.unsupported("has prepend_scheme " + scheme, List.of("always", "first", "never"));
        };
    }

    private static SplitBehavior behavior(Component c, String absent) {
        String title = c.text("behavior", absent);
        for (SplitBehavior behavior : SplitBehavior.values()) {
            if (behavior.title().equals(title)) {
                return behavior;
            }
        }
        throw c.unsupported(
                "has behavior " + title,
                Arrays.stream(SplitBehavior.values()).map(SplitBehavior::title).toList());
    }

    private PreTokenizer split(Component c) {
        Component pattern = c.child("pattern");
        boolean invert = c.flag("invert", false);
        if (invert) {
            throw c.unsupported("inverts its pattern", List.of("invert: false"));
        }
        SplitBehavior behavior = behavior(c, null);
        if (!pattern.has("Regex")) {
            String literal = pattern.text("String");
            pattern.done();
            if (literal.isEmpty()) {
                throw pattern.damaged("is empty");
            }
            return new PatternSplit(new PatternSplit.Literal(literal), behavior);
        }
        String regex = pattern.text("Regex");
        pattern.done();
        for (WordScanner.Kind kind : WordScanner.Kind.values()) {
            if (kind.regex().equals(regex)) {
                return new PatternSplit(new WordScanner(kind, unicode), behavior);
            }
        }
        if (regex.equals("\\s+") && behavior == SplitBehavior.REMOVED) {
            return new ClassSplit(new ClassSplit.Space(), SplitBehavior.REMOVED);
        }
        throw pattern.unsupported(
                "is the regular expression " + regex,
                List.of("a String", "the patterns of GPT-2, Llama 3 and Qwen 2", "\\s+ with behavior Removed"));
    }
}
