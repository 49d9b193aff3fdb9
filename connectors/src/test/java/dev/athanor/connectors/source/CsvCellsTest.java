package dev.athanor.connectors.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CsvCellsTest {
    private final CsvCells three = CsvCells.of(3, Map.of());

    @Test
    void countsCellsAndNotTheSeparatorsWithinThem() {
        assertThat(three.count("1,2,3")).isEqualTo(3);
        assertThat(three.count(",,")).isEqualTo(3);
        assertThat(three.count("1,2")).isEqualTo(2);
        assertThat(three.count("1")).isEqualTo(1);
        assertThat(three.count("1,2,3,4")).isEqualTo(4);
        assertThat(three.count("\"a, b\",\"she said \"\"no, no\"\"\",3")).isEqualTo(3);
        assertThat(three.count("5\" pipe,2,3")).isEqualTo(3);
        assertThat(three.count("\"two\nlines, one cell\",2")).isEqualTo(2);
    }

    @Test
    void blankCellsAtTheEndAreNotTooMany() {
        assertThat(three.count("1,2,3,")).isEqualTo(3);
        assertThat(three.count("1,2,3,, ,")).isEqualTo(3);
        assertThat(three.count("1,2,,4")).isEqualTo(4);
        assertThat(three.count("1,2,,,5,,")).isEqualTo(5);
        assertThat(three.count("1,")).isEqualTo(2);
    }

    @Test
    void knowsOtherSeparatorsQuotesAndEscapes() {
        assertThat(CsvCells.of(2, Map.of("sep", "\\t")).count("a\tb, c")).isEqualTo(2);
        assertThat(CsvCells.of(2, Map.of("sep", "||")).count("a|b||c")).isEqualTo(2);
        assertThat(CsvCells.of(2, Map.of("quote", "", "sep", ";")).count("\"a;b\""))
                .isEqualTo(2);
        assertThat(CsvCells.of(2, Map.of("escape", "\\")).count("\"a\\\",b\",c"))
                .isEqualTo(2);
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(three.call(null)).isNull();
        assertThat(three.call("  ")).isNull();
        assertThat(three.call("1,2,3,")).isNull();
        assertThat(three.call("1")).isEqualTo("the line has 1 cell and the file 3 columns");
        assertThat(three.call("1,2,3,4")).isEqualTo("the line has 4 cells and the file 3 columns");
    }
}
