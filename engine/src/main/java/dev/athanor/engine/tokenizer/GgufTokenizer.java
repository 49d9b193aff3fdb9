package dev.athanor.engine.tokenizer;

import dev.athanor.engine.format.WeightMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the tokenizer that a GGUF file describes in its metadata: SentencePiece's byte-pair encoding by scores
 * ({@code tokenizer.ggml.model} = {@code llama}), byte-level byte-pair encoding by merges ({@code gpt2}), or WordPiece
 * ({@code bert}).
 *
 * <pre>{@code
 * try (GgufFile file = GgufFile.open(Path.of("gemma.gguf"))) {
 *     Tokenizer tokenizer = GgufTokenizer.read(file.metadata());
 * }
 * }</pre>
 *
 * <p>{@link Tokenizer#encode(String, String, int, Tokens)} puts the first and the last token where the file asks for them
 * ({@code add_bos_token}, {@code add_eos_token}). Control tokens, the unknown token and those that the model's maker
 * defined are found in the text as they are written. What is not supported is an
 * {@link dev.athanor.engine.AthanorException} that names it and what is.
 */
public final class GgufTokenizer {
    private static final String SPACE = String.valueOf(Merges.SPACE_MARK);
    private static final int LONGEST_WORD = 100;

    private final TokenizerSource source;
    private final GgufVocabulary file;
    private final UnicodeSets unicode = UnicodeSets.read();

    private GgufTokenizer(WeightMetadata metadata) {
        source = new TokenizerSource(metadata.location(), "a GGUF file with a tokenizer");
        file = new GgufVocabulary(metadata, source);
    }

    /** @throws dev.athanor.engine.AthanorException if the metadata hold no tokenizer, a damaged or an unsupported one */
    public static Tokenizer read(WeightMetadata metadata) {
        return new GgufTokenizer(metadata).read();
    }

    private Tokenizer read() {
        String model = file.text("model", "");
        StagedTokenizer.Stages stages =
                switch (model) {
                    case "llama" -> sentencePiece();
                    case "gpt2" -> byteLevel();
                    case "bert" -> wordPiece();
                    default ->
                        throw source.unsupported(
                                "its " + GgufVocabulary.PREFIX + "model is '" + model + "'",
                                List.of("llama", "gpt2", "bert"));
                };
        return new StagedTokenizer(stages, unicode);
    }

    private StagedTokenizer.Stages sentencePiece() {
        Vocabulary vocabulary = Vocabulary.of(file.tokens());
        boolean prefix = file.flag("add_space_prefix", true);
        int unknown = file.id("unknown_token_id", 0);
        BytePairModel model = new BytePairModel(
                vocabulary,
                Merges.scored(vocabulary, file.scores(), file::merges),
                new BytePairModel.Options(
                        false, true, unknown < 0 ? null : file.tokens().get(unknown), true, false));
        Normalizer marks = new ReplaceNormalizer(" ", 0, SPACE);
        List<Decoder> decoders = new ArrayList<>(
                List.of(new Decoder.Replace(SPACE, " "), new Decoder.ByteFallback(), new Decoder.Fuse()));
        if (prefix) {
            decoders.add(new Decoder.Strip(' ', 1, 0));
        }
        return new StagedTokenizer.Stages(
                file.added(!prefix), // as SentencePiece; a prefix would come before each of them, too
                prefix ? new Normalizer.Sequence(List.of(new PrependNormalizer(SPACE), marks)) : marks,
                null,
                model,
                framed(true, 1, 2),
                new Decoder.Sequence(decoders));
    }

    private StagedTokenizer.Stages byteLevel() {
        GgufWords words = GgufWords.of(file.text("pre", "default"), source);
        Vocabulary vocabulary = Vocabulary.of(file.tokens());
        BytePairModel model = new BytePairModel(
                vocabulary,
                Merges.ranked(vocabulary, merges(vocabulary)),
                new BytePairModel.Options(true, false, null, false, words.wholeWords()));
        return new StagedTokenizer.Stages(
                file.added(false),
                file.flag("add_space_prefix", false) ? new PrependNormalizer(" ") : words.normalizer(unicode),
                words.split(unicode),
                model,
                framed(words.wholeWords(), -1, -1),
                new Decoder.ByteLevel(new ByteAlphabet()));
    }

    private List<BytePairModel.Merge> merges(Vocabulary vocabulary) {
        List<String> lines = file.texts("merges");
        if (lines.isEmpty() || lines.size() > ModelJson.ENTRIES_LIMIT) {
            throw source.damaged(
                    "it has " + lines.size() + " merges, and 1 to " + ModelJson.ENTRIES_LIMIT + " are supported");
        }
        List<BytePairModel.Merge> merges = new ArrayList<>(lines.size());
        for (String line : lines) {
            int space = line.indexOf(' ', 1);
            if (space < 0 || line.indexOf(' ', space + 1) >= 0) {
                throw source.damaged("it has the merge '" + line + "', not two tokens");
            }
            BytePairModel.Merge merge = new BytePairModel.Merge(line.substring(0, space), line.substring(space + 1));
            for (String token : List.of(merge.left(), merge.right(), merge.left() + merge.right())) {
                if (vocabulary.id(token) < 0) {
                    throw source.damaged("it merges '" + line + "', and has no token " + token);
                }
            }
            merges.add(merge);
        }
        return merges;
    }

    /** Such files write {@code ##ing} as {@code ing}, and {@code in} at the beginning of a word with a mark before. */
    private StagedTokenizer.Stages wordPiece() {
        List<String> tokens = new ArrayList<>(file.size());
        boolean cased = false;
        for (String token : file.tokens()) {
            boolean bracketed = token.startsWith("[") && token.endsWith("]");
            String plain = bracketed ? token : token.startsWith(SPACE) ? token.substring(1) : "##" + token;
            cased |= !bracketed && plain.chars().anyMatch(c -> c >= 'A' && c <= 'Z');
            tokens.add(plain);
        }
        int begin = file.required("cls_token_id", file.id("bos_token_id", 101));
        int end = file.required("seperator_token_id", file.id("eos_token_id", 102)); // spelt so in the format
        int unknown = file.required("unknown_token_id", 100);
        List<AddedToken> added = new ArrayList<>();
        for (AddedToken token : file.added(false)) {
            added.add(new AddedToken(token.id(), tokens.get(token.id()), token.special(), false, false, false, false));
        }
        return new StagedTokenizer.Stages(
                added,
                new BertNormalizer(true, true, !cased, !cased, unicode),
                new BertPreTokenizer(unicode.punctuation()),
                new WordPieceModel(Vocabulary.of(tokens), tokens.get(unknown), "##", LONGEST_WORD),
                new Template(
                        List.of(special(begin, 0), new Template.Sequence(false, 0), special(end, 0)),
                        List.of(
                                special(begin, 0),
                                new Template.Sequence(false, 0),
                                special(end, 0),
                                new Template.Sequence(true, 1),
                                special(end, 1))),
                new Decoder.WordPiece("##", true));
    }

    /** The first and the last token, around each text. */
    private Template framed(boolean addBegin, int begin, int end) {
        List<Template.Part> single = new ArrayList<>();
        List<Template.Part> pair = new ArrayList<>();
        frame(false, addBegin, begin, end, single);
        frame(false, addBegin, begin, end, pair);
        frame(true, addBegin, begin, end, pair);
        return new Template(single, pair);
    }

    private void frame(boolean second, boolean addBegin, int begin, int end, List<Template.Part> to) {
        int type = second ? 1 : 0;
        if (file.flag("add_bos_token", addBegin)) {
            to.add(special(file.required("bos_token_id", begin), type));
        }
        to.add(new Template.Sequence(second, type));
        if (file.flag("add_eos_token", false)) {
            to.add(special(file.required("eos_token_id", end), type));
        }
    }

    private static Template.Special special(int id, int type) {
        return new Template.Special(List.of(id), type);
    }
}
