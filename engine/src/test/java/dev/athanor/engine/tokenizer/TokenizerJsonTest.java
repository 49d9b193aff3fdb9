package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.MutatedFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    void mutatedFilesAreReadOrRefused() throws Exception {
        List<byte[]> bases = new ArrayList<>();
        for (String kind : List.of("wordpiece-cased", "bytes-llama3", "sentencepiece-bpe", "unigram")) {
            bases.add(TokenizerGoldenTest.bytes(kind + ".json"));
        }
        System.out.println("tokenizer.json: "
                + new MutatedFiles(20261128, bases, true).check(10_000, 64L << 20, file -> {
                    Tokens tokens = new Tokens();
                    Tokenizer tokenizer = TokenizerJson.read(file, "t.json");
                    tokenizer.encode("a cat, 12 \u00e9t\u00e9 \ud83d\ude00 <s>", tokens);
                    tokenizer.decode(tokens.ids(), 0, tokens.size(), false);
                }));
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
