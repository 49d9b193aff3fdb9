package dev.athanor.engine.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfKeyTest {
    private enum Mode {
        FAST,
        VERY_FAST
    }

    private static final ConfKey<Integer> ROWS = ConfKey.integer("x.batch-rows")
            .doc("Rows of a batch.")
            .unit("rows")
            .atLeast(1, "1")
            .atMost(1000, "1000")
            .defaultsTo("64");
    private static final ConfKey<Long> MEMORY =
            ConfKey.bytes("x.memory").doc("Memory.").defaultsTo("64MiB");
    private static final ConfKey<Duration> WAIT =
            ConfKey.duration("x.wait").doc("Wait.").defaultsTo("30s");
    private static final ConfKey<Mode> MODE =
            ConfKey.choice("x.mode", Mode.class).doc("Mode.").defaultsTo("fast");
    private static final ConfKeys KEYS = new ConfKeys("x.", Map.of("All", List.of(ROWS, MEMORY, WAIT, MODE)));

    @Test
    void whatIsNotSetIsTheDefault() {
        assertThat(ROWS.read(name -> null)).isEqualTo(64);
        assertThat(MODE.read(name -> null)).isEqualTo(Mode.FAST);
        assertThat(ConfKey.string("x.s").doc("s").withoutDefault("none").read(name -> null))
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"64MiB,67108864", "1k,1024", "0,0", "1.5g,1610612736", "7 b,7", "2TB,2199023255552"})
    void sizesCarryTheirUnit(String text, long bytes) {
        assertThat(MEMORY.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"64", "-1k", "MiB", "1 parsec", "", "9999999999TB", "1e3k"})
    void sizesWithoutMeaningAreErrors(String text) {
        assertThatThrownBy(() -> MEMORY.parse(text))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot use '" + text + "' for x.memory: allowed is: size, such as 64MiB."
                        + " Give another value, or leave the key out for the default, 64MiB.");
    }

    @ParameterizedTest
    @CsvSource({"30s,30000", "500ms,500", "2min,120000", "1.5h,5400000"})
    void timeSpansCarryTheirUnit(String text, long millis) {
        assertThat(WAIT.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "3.5", "many", "99999999999"})
    void aValueOutsideItsLimitsSaysWhatIsAllowed(String text) {
        assertThatThrownBy(() -> ROWS.read(Map.of("x.batch-rows", text)::get))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot use '" + text + "' for x.batch-rows")
                .hasMessageContaining("allowed is: integer, at least 1, at most 1000");
    }

    @Test
    void choicesAreWrittenWithDashesInAnyCase() {
        assertThat(MODE.parse("Very-Fast")).isEqualTo(Mode.VERY_FAST);
        assertThatThrownBy(() -> MODE.parse("slow")).hasMessageContaining("allowed is: one of fast, very-fast");
        ConfKey<String> word =
                ConfKey.choice("x.word", "auto", "scalar").doc("w").defaultsTo("auto");
        assertThat(word.parse("SCALAR")).isEqualTo("scalar");
        assertThatThrownBy(() -> word.parse("gpu")).hasMessageContaining("allowed is: one of auto, scalar");
    }

    @Test
    void booleansAndDecimalsAreStrict() {
        ConfKey<Boolean> bool = ConfKey.bool("x.b").doc("b").defaultsTo("true");
        assertThat(bool.parse("FALSE")).isFalse();
        assertThatThrownBy(() -> bool.parse("yes")).hasMessageContaining("allowed is: boolean");
        ConfKey<Double> share = ConfKey.decimal("x.d").doc("d").defaultsTo("0.5");
        assertThat(share.parse("1e-3")).isEqualTo(0.001);
        assertThatThrownBy(() -> share.parse("NaN")).hasMessageContaining("allowed is: double");
    }

    @Test
    void aDefaultThatIsNotAllowedCannotBeDeclared() {
        assertThatThrownBy(() -> ConfKey.integer("x.n").doc("n").atLeast(1, "1").defaultsTo("0"))
                .isInstanceOf(AthanorException.class);
    }

    @Test
    void anUnknownKeyNamesTheNearest() {
        assertThatThrownBy(() -> KEYS.check(Map.of("x.batch-row", "5", "other.key", "1")))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("Cannot use the setting x.batch-row=5: there is no such key")
                .hasMessageContaining("Did you mean 'x.batch-rows'?");
        KEYS.check(Map.of("x.batch-rows", "5", "other.key", "1"));
    }

    @Test
    void checkingAlsoReadsTheValues() {
        assertThatThrownBy(() -> KEYS.check(Map.of("x.wait", "5 parsecs"))).hasMessageContaining("x.wait");
    }

    @Test
    void aKeyBelongsToOneGroupAndToThePrefix() {
        assertThatThrownBy(() -> new ConfKeys("y.", Map.of("All", List.of(ROWS))))
                .hasMessageContaining("does not start with y.");
        assertThatThrownBy(() -> new ConfKeys("x.", Map.of("All", List.of(ROWS, ROWS))))
                .hasMessageContaining("declared twice");
    }
}
