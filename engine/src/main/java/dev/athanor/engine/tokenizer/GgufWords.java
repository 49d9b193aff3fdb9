package dev.athanor.engine.tokenizer;

import java.text.Normalizer.Form;
import java.util.ArrayList;
import java.util.List;

/** How a byte-level vocabulary of a GGUF file cuts words: the names of {@code tokenizer.ggml.pre}. */
enum GgufWords {
    GPT2(false, "gpt-2", "phi-2", "jina-es", "jina-de", "jina-v2-es", "jina-v2-de", "mpt", "olmo"),
    /** Each digit by itself, then GPT-2's words. */
    DIGITS(false, "starcoder", "refact", "command-r", "smollm", "codeshell", "exaone"),
    LLAMA3(true, "llama-bpe", "llama3", "llama-v3", "falcon3"),
    /** Llama 3's words, merged from their parts even where they are tokens. */
    LLAMA3_MERGED(false, "smaug-bpe", "dbrx"),
    /** In Unicode's composed form, as those models' own tokenizers have it. */
    QWEN2(false, "qwen2", "deepseek-r1-qwen", "megrez");

    private final boolean wholeWords;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> names;

    GgufWords(boolean wholeWords, String... names) {
        this.wholeWords = wholeWords;
        this.names = List.of(names);
    }

    /** @throws dev.athanor.engine.AthanorException if the name is not known, with those that are */
    static GgufWords of(String name, TokenizerSource source) {
        List<String> supported = new ArrayList<>();
        for (GgufWords words : values()) {
            if (words.names.contains(name)) {
                return words;
            }
            supported.addAll(words.names);
        }
        throw source.unsupported("it cuts words as " + GgufVocabulary.PREFIX + "pre = " + name + " does", supported);
    }

    /** Whether a word that is a token is not merged from its parts; such models begin with a token, too. */
    boolean wholeWords() {
        return wholeWords;
    }

    /** What comes before the words are cut, or null. */
    Normalizer normalizer(UnicodeSets unicode) {
        return this == QWEN2 ? new UnicodeNormalizer(Form.NFC, unicode.opaque()) : null;
    }

    PreTokenizer split(UnicodeSets unicode) {
        return switch (this) {
            case GPT2 -> new ByteLevelPreTokenizer(false, new WordScanner(WordScanner.Kind.GPT2, unicode));
            case DIGITS ->
                new PreTokenizer.Sequence(List.of(
                        new ClassSplit(new ClassSplit.Member(unicode.numbers()), SplitBehavior.ISOLATED),
                        new ByteLevelPreTokenizer(false, new WordScanner(WordScanner.Kind.GPT2, unicode))));
            case LLAMA3, LLAMA3_MERGED -> isolated(WordScanner.Kind.LLAMA3, unicode);
            case QWEN2 -> isolated(WordScanner.Kind.QWEN2, unicode);
        };
    }

    private static PreTokenizer isolated(WordScanner.Kind kind, UnicodeSets unicode) {
        return new PatternSplit(new WordScanner(kind, unicode), SplitBehavior.ISOLATED);
    }
}
