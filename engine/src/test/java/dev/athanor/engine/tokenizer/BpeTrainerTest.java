package dev.athanor.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BpeTrainerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> SPECIAL = List.of("<|endoftext|>");

    @TempDir
    Path folder;

    @Test
    void theMostFrequentPairComesFirst() throws IOException {
        BpeTrainer.Trained trained =
                BpeTrainer.train(List.of("low lower lowest", "low low").iterator(), 260, SPECIAL);
        JsonNode merges = JSON.readTree(trained.json()).path("model").path("merges");
        assertThat(merges.toString()).isEqualTo("[[\"l\",\"o\"],[\"lo\",\"w\"],[\"\u0120\",\"low\"]]");
        Tokens tokens = new Tokens();
        trained.tokenizer().encode("low lowly<|endoftext|>", tokens);
        assertThat(trained.tokenizer().decode(tokens.toArray(), 0, tokens.size(), true))
                .isEqualTo("low lowly");
        assertThat(tokens.toArray()).startsWith(258, 259).endsWith(0);
    }

    @Test
    void everyTextComesBack() throws IOException {
        List<String> lines = TokenizerGoldenTest.lines();
        Tokenizer tokenizer = BpeTrainer.train(lines.iterator(), 600, SPECIAL).tokenizer();
        assertThat(tokenizer.vocabulary().size()).isEqualTo(600);
        Tokens tokens = new Tokens();
        for (String line : lines) {
            tokens.clear();
            tokenizer.encode(line, tokens);
            assertThat(tokenizer.decode(tokens.ids(), 0, tokens.size(), false)).isEqualTo(line);
        }
    }

    @Test
    void stopsWhenNoPairIsLeft() {
        Tokenizer tokenizer = BpeTrainer.train(Collections.singleton("ab").iterator(), 1000, List.of())
                .tokenizer();
        assertThat(tokenizer.vocabulary().size()).isEqualTo(257);
    }

    @Test
    void refusesASizeWithoutRoomForBytes() {
        assertThatThrownBy(() -> BpeTrainer.train(Collections.emptyIterator(), 256, SPECIAL))
                .isInstanceOf(AthanorException.class)
                .hasMessage(
                        "Cannot train a tokenizer of 256 tokens: bytes and special tokens take 257, and the limit is"
                                + " 2000000. Choose a size between the two.");
    }

    @Test
    void learnsWhatHuggingFaceLearns() throws Exception {
        List<String> lines = new ArrayList<>(TokenizerGoldenTest.lines());
        lines.addAll(TokenizerPeerTest.sharedLines().subList(0, 3000));
        Path linesFile = folder.resolve("lines.json");
        JSON.writeValue(linesFile.toFile(), lines);
        Path theirs = folder.resolve("theirs.json");
        TokenizerPeerTest.peer("train", linesFile.toString(), "2000", theirs.toString());
        Path ours = folder.resolve("ours.json");
        Files.write(ours, BpeTrainer.train(lines.iterator(), 2000, SPECIAL).json());
        JsonNode a = JSON.readTree(ours.toFile());
        JsonNode b = JSON.readTree(theirs.toFile());
        assertThat(a.path("model").path("merges")).isEqualTo(b.path("model").path("merges"));
        assertThat(a.path("model").path("vocab")).isEqualTo(b.path("model").path("vocab"));
        TokenizerPeerTest.compare(folder, ours, "ours, read by both", lines);
    }
}
