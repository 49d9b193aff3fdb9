package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Characters are tokens, whatever plane they are of, and what was not seen is one unknown token. */
class CharacterTokensTest {
    @Test
    void readsAndWritesWhatItSaw() {
        CharacterTokens characters = new CharacterTokens();
        characters.add("b a\n🜂▁ß");
        Tokenizer tokenizer = characters.train(List.of("<|endoftext|>")).tokenizer();
        assertThat(tokenizer.vocabulary().size()).isEqualTo(2 + 7);
        assertThat(tokenizer.vocabulary().id("<|endoftext|>")).isZero();
        Tokens tokens = new Tokens();
        tokenizer.encode("🜂 ab▁▁\nß x🜁a", tokens);
        assertThat(tokens.size()).isEqualTo(12);
        assertThat(tokens.id(9)).isEqualTo(1);
        assertThat(tokens.id(10)).isEqualTo(1);
        assertThat(tokenizer.decode(tokens.ids(), 0, 12, true)).isEqualTo("🜂 ab▁▁\nß a");
    }
}
