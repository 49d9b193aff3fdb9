package dev.athanor.engine.language;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a spool gives back is what it took, cut between characters, and its file does not outlive it. */
class TextSpoolTest {
    @TempDir
    private Path directory;

    private static void add(TextSpool spool, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        spool.append(utf8, 0, utf8.length);
    }

    private static List<String> read(TextSpool spool, long cut, int side) {
        List<StringBuilder> texts = new ArrayList<>();
        spool.read(cut, (text, piece, at, last) -> {
            while (texts.size() <= text) {
                texts.add(new StringBuilder());
            }
            if (side == 0 || side < 0 == at < cut) {
                texts.get((int) text).append(piece);
            }
        });
        return texts.stream().map(StringBuilder::toString).toList();
    }

    @Test
    void keepsTextsAndTheirOrder() {
        String longer = "größer 🜂 als ein Stück\n".repeat(20_000);
        String unbroken = "ß".repeat(200_000);
        try (TextSpool spool = TextSpool.in(directory)) {
            for (String text : List.of("a\nb\n", "", longer, unbroken)) {
                add(spool, text);
                spool.end();
            }
            spool.finish();
            assertThat(spool.texts()).isEqualTo(3);
            assertThat(read(spool, Long.MAX_VALUE, 0)).containsExactly("a\nb\n", longer, unbroken);
            List<String> before = read(spool, 300_000, -1);
            List<String> after = read(spool, 300_000, 1);
            for (int i = 0; i < 3; i++) {
                assertThat(before.get(i) + after.get(i))
                        .isEqualTo(List.of("a\nb\n", longer, unbroken).get(i));
            }
            assertThat(before.get(1)).endsWith("\n");
            assertThat(before.get(1).getBytes(StandardCharsets.UTF_8).length).isBetween(299_990, 300_100);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leavesOutBytesThatNoUtf8Has() throws Exception {
        try (TextSpool spool = TextSpool.in(directory)) {
            spool.append(new byte[] {'a', (byte) 0xff, 'b'}, 0, 3);
            spool.finish();
            assertThat(read(spool, Long.MAX_VALUE, 0)).containsExactly("ab");
        }
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }
}
