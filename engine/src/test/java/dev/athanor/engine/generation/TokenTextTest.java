package dev.athanor.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.TokenizerJson;
import dev.athanor.engine.tokenizer.Tokens;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens one by one spell the text that they spell together. */
class TokenTextTest {
    private static Tokenizer tokenizer(String name) throws Exception {
        return TokenizerJson.read(
                Path.of(Objects.requireNonNull(TokenTextTest.class.getResource("/tokenizers/" + name + ".json"))
                        .toURI()));
    }

    private static int[] ids(Tokenizer tokenizer, String text) {
        Tokens tokens = new Tokens();
        tokenizer.encode(text, tokens);
        return tokens.toArray();
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes-gpt2", "bytes-llama3", "bytes-qwen2", "sentencepiece-bpe"})
    void charactersAppearWhole(String name) throws Exception {
        Tokenizer tokenizer = tokenizer(name);
        String text = "naïve 😀👩‍👩‍👧 ž 日本語 a  b\n\n \u0301x";
        int[] prompt = ids(tokenizer, "so");
        int[] ids = ids(tokenizer, text);
        assertThat(ids.length).isGreaterThan(20); // so that many characters take several tokens
        TokenText pieces = new TokenText(tokenizer, prompt, prompt.length);
        int[] all = java.util.Arrays.copyOf(prompt, prompt.length + ids.length);
        System.arraycopy(ids, 0, all, prompt.length, ids.length);
        String prefix = tokenizer.decode(prompt, 0, prompt.length, true);
        String whole = tokenizer.decode(all, 0, all.length, true).substring(prefix.length());
        for (int id : ids) {
            pieces.add(id);
            assertThat(whole).startsWith(pieces.toString());
        }
        pieces.end();
        assertThat(pieces.toString()).isEqualTo(whole).endsWith("x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes-gpt2", "sentencepiece-bpe"})
    void whatIsNeverCompleteEndsAsAReplacement(String name) throws Exception {
        Tokenizer tokenizer = tokenizer(name);
        int[] ids = ids(tokenizer, "a😀");
        TokenText pieces = new TokenText(tokenizer, new int[0], 0);
        for (int i = 0; i < ids.length - 1; i++) {
            pieces.add(ids[i]);
        }
        assertThat(pieces.toString()).isEqualTo("a");
        pieces.end();
        assertThat(pieces.toString()).startsWith("a\ufffd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes-gpt2"})
    void theFirstStopStringCuts(String name) throws Exception {
        Tokenizer tokenizer = tokenizer(name);
        TokenText pieces = new TokenText(tokenizer, new int[0], 0);
        boolean cut = false;
        for (int id : ids(tokenizer, "one. two\nthree. four")) {
            int before = pieces.length();
            pieces.add(id);
            cut = pieces.cut(List.of("three", "\n", "two\nth"), before);
            if (cut) {
                break;
            }
        }
        assertThat(cut).isTrue();
        assertThat(pieces.toString()).isEqualTo("one. two");
    }
}
