package dev.athanor.pipelines.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CellNotesTest {
    private static List<String> notes(String... cells) {
        CellNotes notes = new CellNotes("price");
        for (String cell : cells) {
            notes.add(cell, cell.matches("\\d+(\\.\\d+)?"));
        }
        return notes.notes();
    }

    private static String written(String with) {
        return "column price is read as text, because its cells are numbers with " + with
                + "; write them as 1234.5, or make a column of numbers of them in a view";
    }

    @Test
    void numbersThatSparkReadsAsTextAreNoted() {
        assertThat(notes("0,345", "12345,67", "3")).containsExactly(written("a comma, as in '0,345'"));
        assertThat(notes("$1.20", "$ 1,000.50", "-$3")).containsExactly(written("a currency sign, as in '$1.20'"));
        assertThat(notes("1,20 €", "3 €")).containsExactly(written("a currency sign, as in '1,20 €'"));
        assertThat(notes("5", "12%", "3.5 %")).containsExactly(written("a percent sign, as in '12%'"));
        assertThat(notes("1'000", "2'000")).containsExactly(written("separated thousands, as in '1'000'"));
    }

    @Test
    void otherTextsAreNot() {
        assertThat(notes("1.2.3.4", "10.0.0.1")).isEmpty();
        assertThat(notes("12:30", "2024-01-02")).isEmpty();
        assertThat(notes("0,345", "red", "green")).isEmpty();
        assertThat(notes("1", "2")).isEmpty();
        assertThat(notes()).isEmpty();
    }

    @Test
    void lostCharactersAreNoted() {
        assertThat(notes("tea", "caf\uFFFD"))
                .containsExactly(
                        "column price has characters that are not UTF-8, as in 'caf\uFFFD'; name the encoding of"
                                + " the file, as with --option encoding=ISO-8859-1");
    }
}
