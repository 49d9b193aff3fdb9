package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Files that are damaged, hostile or ask for what is not there, and texts that are. */
class TokenizerJsonTest {
    private static final String MODEL =
            "\"model\":{\"type\":\"WordPiece\",\"unk_token\":\"[UNK]\",\"vocab\":{\"[UNK]\":0,\"a\":1,\"##b\":2}}";

    private static Tokenizer read(String json) {
        return TokenizerJson.read(json.getBytes(StandardCharsets.UTF_8), "t.json");
    }

    private static void refuses(String json, String message) {
        assertThatThrownBy(() -> read(json))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
    }

    @Test
    void namesWhatIsNotSupported() {
        refuses(
                "{\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"\"}," + MODEL + "}",
                "Cannot read a tokenizer from t.json: tokenizer.normalizer is a Precompiled. Supported are"
                        + " BertNormalizer, Lowercase, NFC, NFD, NFKC, NFKD, Nmt, Prepend, Replace, Sequence, Strip,"
                        + " StripAccents.");
        refuses(
                "{\"pre_tokenizer\":{\"type\":\"UnicodeScripts\"}," + MODEL + "}",
                "tokenizer.pre_tokenizer is a UnicodeScripts");
        refuses("{\"decoder\":{\"type\":\"CTC\"}," + MODEL + "}", "tokenizer.decoder is a CTC");
        refuses("{\"post_processor\":{\"type\":\"X\"}," + MODEL + "}", "tokenizer.post_processor is a X");
        refuses(
                "{\"model\":{\"type\":\"WordLevel\",\"vocab\":{\"a\":0}}}",
                "model is a WordLevel. Supported are BPE, Unigram, WordPiece");
        refuses(
                "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(a+)+$\"},\"behavior\":\"Isolated\"},"
                        + MODEL + "}",
                "is the regular expression (a+)+$");
        refuses("{\"normalizer\":{\"type\":\"NFC\",\"x\":1}," + MODEL + "}", "has an option x that is not known");
        refuses("{\"surprise\":1," + MODEL + "}", "has a section surprise");
    }

    @Test
    void saysWhatIsDamaged() {
        refuses("", "it does not begin with {");
        refuses("[]", "it does not begin with {");
        refuses("{}", "it has no model");
        refuses("{" + MODEL, "it is not acceptable JSON");
        refuses("{" + MODEL + "}{}", "goes on after the closing }");
        refuses(
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}",
                "names the token b, which its vocab lacks");
        refuses(
                "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0,\"b\":0},\"merges\":[]}}",
                "gives the id 0 to a and to b");
        refuses("{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":99999999999},\"merges\":[]}}", "the limit is 2000000");
        refuses(
                "{\"model\":{\"type\":\"Unigram\",\"unk_id\":3,\"vocab\":[[\"a\",-1.5]]}}",
                "has unk_id 3 in a vocabulary of 1");
        refuses(
                "{\"added_tokens\":[{\"id\":1,\"content\":\"z\"}]," + MODEL + "}",
                "gives z the id 1, the model's vocab has a there");
        refuses("{\"padding\":" + "[".repeat(5000), "it is not acceptable JSON");
        assertThatThrownBy(() -> TokenizerJson.read(Path.of("no-such.json")))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("no-such.json")
                .hasMessageContaining("Check the path");
    }

    @Test
    void mutatedFilesEndInAnAnswer() throws IOException {
        long seed = 11;
        Random random = new Random(seed);
        for (String kind : List.of("wordpiece-cased", "bytes-llama3", "sentencepiece-bpe", "unigram")) {
            byte[] file = TokenizerGoldenTest.bytes(kind + ".json");
            Assertions.assertTimeout(Duration.ofSeconds(60), () -> mutate(kind, file, random, seed));
        }
    }

    private static void mutate(String kind, byte[] file, Random random, long seed) {
        int refused = 0;
        for (int i = 0; i < 250; i++) {
            byte[] changed = file.clone();
            int edits = 1 + random.nextInt(3);
            for (int e = 0; e < edits; e++) {
                int at = random.nextBoolean()
                        ? random.nextInt(Math.min(2000, file.length))
                        : random.nextInt(file.length);
                changed[at] = (byte) "{}[],:\"0-9eax\\n".charAt(random.nextInt(15));
            }
            try {
                Tokens tokens = new Tokens();
                TokenizerJson.read(changed, kind).encode("a cat, 12 \u00e9t\u00e9 \ud83d\ude00 <s>", tokens);
            } catch (AthanorException e) {
                refused++;
            } catch (RuntimeException e) {
                throw new AssertionError(kind + ", seed " + seed + ", mutation " + i, e);
            }
        }
        assertThat(refused).as("refused mutations of %s, seed %d", kind, seed).isBetween(10, 250);
    }

    @Test
    void aLoneSurrogateIsAQuestionMark() throws IOException {
        for (String kind : List.of("wordpiece", "bytes-gpt2", "sentencepiece-bpe", "unigram")) {
            Tokenizer tokenizer = TokenizerGoldenTest.tokenizer(kind);
            Tokens lone = new Tokens();
            tokenizer.encode("a\ud800 \udc00b\ud83d", lone);
            Tokens marks = new Tokens();
            tokenizer.encode("a? ?b?", marks);
            assertThat(lone.toArray()).isEqualTo(marks.toArray());
        }
    }

    @Test
    void aHugeCellIsCutInTime() throws IOException {
        String huge = "abc".repeat(3_000_000);
        for (String kind : List.of("wordpiece", "bytes-gpt2", "sentencepiece-bpe", "unigram")) {
            Tokenizer tokenizer = TokenizerGoldenTest.tokenizer(kind);
            Assertions.assertTimeout(Duration.ofSeconds(60), () -> {
                Tokens tokens = new Tokens();
                boolean cut = tokenizer.encode(huge, null, 16, tokens);
                assertThat(tokens.size()).isLessThanOrEqualTo(16);
                assertThat(cut).isEqualTo(!kind.equals("wordpiece")); // one unknown word there
            });
        }
    }

    @Test
    void aTemplateThatDoesNotFitIsRefused() throws IOException {
        Tokenizer tokenizer = TokenizerGoldenTest.tokenizer("wordpiece");
        assertThatThrownBy(() -> tokenizer.encode("a", "b", 2, new Tokens()))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot tokenize to 2 ids: the model's template alone takes 3. Allow at least 3 ids.");
    }

    @Test
    void tokensServeOneTokenizerAfterAnother() throws IOException {
        Tokens shared = new Tokens();
        for (String kind : List.of("wordpiece", "unigram", "wordpiece")) {
            Tokens own = new Tokens();
            TokenizerGoldenTest.tokenizer(kind).encode("the same words", own);
            shared.clear();
            TokenizerGoldenTest.tokenizer(kind).encode("the same words", shared);
            assertThat(shared.toArray()).isEqualTo(own.toArray());
        }
    }
}
