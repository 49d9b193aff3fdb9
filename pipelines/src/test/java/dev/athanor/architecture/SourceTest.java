package dev.athanor.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Habits of the house that only the text of the sources shows. */
class SourceTest {
    private static final int LONGEST_FILE = 600;
    private static final Pattern UNFINISHED = Pattern.compile("\\b(TODO|FIXME|XXX)\\b");
    private static final Pattern FEATURE_DETECTION = Pattern.compile("catch \\((final )?Throwable");

    @Test
    void filesStayShort() {
        List<String> tooLong = PackageDocs.mainSources().stream()
                .filter(f -> PackageDocs.read(f).lines().count() > LONGEST_FILE)
                .map(SourceTest::relative)
                .toList();
        assertThat(tooLong)
                .as("files over %d lines: split them by family", LONGEST_FILE)
                .isEmpty();
    }

    @Test
    void nothingIsLeftUnfinished() {
        assertThat(matching(UNFINISHED)).isEmpty();
    }

    @Test
    void throwableIsNotCaught() {
        assertThat(matching(FEATURE_DETECTION)).isEmpty();
    }

    private static List<String> matching(Pattern pattern) {
        return PackageDocs.mainSources().stream()
                .filter(f -> pattern.matcher(PackageDocs.read(f)).find())
                .map(SourceTest::relative)
                .toList();
    }

    private static String relative(Path file) {
        return PackageDocs.root().relativize(file).toString().toLowerCase(Locale.ROOT);
    }
}
