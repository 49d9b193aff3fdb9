package dev.athanor.engine.tokenizer;

import dev.athanor.engine.AthanorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Learns a byte-level byte-pair encoding from texts: words as GPT-2 cuts them, an alphabet of all 256 bytes, and then, as
 * often as there is room, a token for the most frequent pair of neighbours; of equal ones, the pair of the lowest ids.
 * The same texts give the same tokenizer, the one that Hugging Face's trainer gives.
 *
 * <p>Holds the distinct words of the texts in memory. Belongs to one thread.
 */
public final class BpeTrainer {
    private static final int BYTES = 256;

    /** What was learnt. */
    public static final class Trained {
        private final Tokenizer tokenizer;
        private final byte[] json;

        Trained(Tokenizer tokenizer, byte[] json) {
            this.tokenizer = tokenizer;
            this.json = json;
        }

        public Tokenizer tokenizer() {
            return tokenizer;
        }

        /** The file {@code tokenizer.json}. */
        public byte[] json() {
            return json.clone();
        }
    }

    private record Candidate(long pair, long count) {}

    private final List<String> tokens = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private final List<BytePairModel.Merge> merges = new ArrayList<>();
    private final ByteAlphabet alphabet = new ByteAlphabet();
    private final List<int[]> words = new ArrayList<>();
    private long[] counts = new long[0];
    private final Map<Long, Long> pairCounts = new HashMap<>();
    private final Map<Long, Set<Integer>> places = new HashMap<>();

    private BpeTrainer() {}

    /**
     * @param vocabularySize tokens to learn, with bytes and special tokens; fewer when no pair is left
     * @param special special tokens, which get the first ids
     * @throws AthanorException if the size leaves no room for bytes and special tokens, or a special token repeats
     */
    public static Trained train(Iterator<String> texts, int vocabularySize, List<String> special) {
        return train(to -> texts.forEachRemaining(to), vocabularySize, special);
    }

    /** Texts that are pushed, for who cannot be asked for the next one. */
    public interface Texts {
        /** Gives all texts, in order. */
        void forEach(Consumer<String> to);
    }

    /** As {@link #train(Iterator, int, List)}. */
    public static Trained train(Texts texts, int vocabularySize, List<String> special) {
        int least = BYTES + special.size();
        if (vocabularySize < least || vocabularySize > ModelJson.ENTRIES_LIMIT) {
            throw new AthanorException(
                    "Cannot train a tokenizer of " + vocabularySize + " tokens",
                    "bytes and special tokens take " + least + ", and the limit is " + ModelJson.ENTRIES_LIMIT,
                    "Choose a size between the two");
        }
        BpeTrainer trainer = new BpeTrainer();
        trainer.alphabet(special);
        trainer.read(texts);
        trainer.learn(vocabularySize);
        byte[] json = new BpeFile(trainer.tokens, trainer.merges, special).bytes();
        return new Trained(TokenizerJson.read(json, "the trained tokenizer"), json);
    }

    private void alphabet(List<String> special) {
        for (String token : special) {
            if (token.isEmpty() || ids.containsKey(token)) {
                throw new AthanorException(
                        "Cannot train a tokenizer",
                        "the special token '" + token + "' is empty or there twice",
                        "Name each once");
            }
            add(token);
        }
        List<Character> letters = new ArrayList<>();
        for (int b = 0; b < BYTES; b++) {
            letters.add(alphabet.letter(b));
        }
        letters.sort(Comparator.naturalOrder());
        letters.forEach(letter -> add(letter.toString()));
    }

    private int add(String token) {
        Integer known = ids.putIfAbsent(token, tokens.size());
        if (known != null) {
            return known;
        }
        tokens.add(token);
        return tokens.size() - 1;
    }

    private void read(Texts texts) {
        Map<String, Long> found = new LinkedHashMap<>();
        WordScanner scanner = new WordScanner(WordScanner.Kind.GPT2, UnicodeSets.read());
        Text text = new Text();
        Spans spans = new Spans();
        texts.forEach(next -> {
            text.set(next);
            spans.begin();
            scanner.scan(text, 0, text.length, spans);
            spans.commit();
            for (int i = 0; i < spans.size; i++) {
                found.merge(text.string(spans.from[i], spans.to[i]), 1L, Long::sum);
            }
        });
        counts = new long[found.size()];
        for (Map.Entry<String, Long> word : found.entrySet()) {
            int index = words.size();
            counts[index] = word.getValue();
            int[] symbols = symbols(word.getKey());
            words.add(symbols);
            for (int i = 0; i + 1 < symbols.length; i++) {
                change(pair(symbols[i], symbols[i + 1]), counts[index], index);
            }
        }
    }

    private int[] symbols(String word) {
        byte[] utf8 = word.getBytes(StandardCharsets.UTF_8);
        int[] symbols = new int[utf8.length];
        for (int i = 0; i < utf8.length; i++) {
            symbols[i] = ids.get(String.valueOf(alphabet.letter(utf8[i])));
        }
        return symbols;
    }

    private static long pair(int left, int right) {
        return ((long) left << 32) | right;
    }

    private void change(long pair, long by, int word) {
        pairCounts.merge(pair, by, Long::sum);
        if (by > 0) {
            places.computeIfAbsent(pair, p -> new HashSet<>()).add(word);
        }
    }

    private void learn(int size) {
        PriorityQueue<Candidate> queue = new PriorityQueue<>(
                Comparator.comparingLong(Candidate::count).reversed().thenComparingLong(Candidate::pair));
        pairCounts.forEach((pair, count) -> queue.add(new Candidate(pair, count)));
        while (tokens.size() < size && !queue.isEmpty()) {
            Candidate top = queue.poll();
            long count = pairCounts.get(top.pair());
            if (count != top.count()) {
                queue.add(new Candidate(top.pair(), count));
                continue;
            } else if (count < 1) {
                return;
            }
            int left = (int) (top.pair() >>> 32);
            int right = (int) top.pair();
            int whole = add(tokens.get(left) + tokens.get(right));
            merges.add(new BytePairModel.Merge(tokens.get(left), tokens.get(right)));
            Set<Long> created = new HashSet<>();
            for (int word : places.remove(top.pair())) {
                words.set(word, merged(word, left, right, whole, created));
            }
            created.forEach(pair -> queue.add(new Candidate(pair, pairCounts.get(pair))));
        }
    }

    /** A word with a pair merged, from the left; counts follow, and pairs that came up are noted. */
    private int[] merged(int word, int left, int right, int whole, Set<Long> created) {
        int[] symbols = words.get(word);
        long count = counts[word];
        int[] result = new int[symbols.length];
        int n = 0;
        for (int i = 0; i < symbols.length; ) {
            if (symbols[i] != left || i + 1 == symbols.length || symbols[i + 1] != right) {
                result[n++] = symbols[i++];
                continue;
            }
            if (n > 0) {
                change(pair(result[n - 1], left), -count, word);
                change(pair(result[n - 1], whole), count, word);
                created.add(pair(result[n - 1], whole));
            }
            if (i + 2 < symbols.length) {
                change(pair(right, symbols[i + 2]), -count, word);
                change(pair(whole, symbols[i + 2]), count, word);
                created.add(pair(whole, symbols[i + 2]));
            }
            result[n++] = whole;
            i += 2;
        }
        return Arrays.copyOf(result, n);
    }
}
