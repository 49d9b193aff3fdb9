package dev.athanor.pipelines.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DigitsTest {
    @Test
    void allImagesAreThereWithTheirAttribution() throws Exception {
        List<Digits> all = Digits.all();

        assertThat(all).hasSize(1797);
        assertThat(all).allSatisfy(d -> {
            assertThat(d.image()).hasSize(64).allMatch(ink -> ink >= 0 && ink <= 16);
            assertThat(d.label()).isBetween(0, 9);
        });
        assertThat(all.get(0).label()).isZero();
        assertThat(all.stream().collect(Collectors.groupingBy(Digits::label, Collectors.counting())))
                .hasSize(10)
                .allSatisfy((label, count) -> assertThat(count).isBetween(170L, 190L));
        try (var attribution = Digits.class.getResourceAsStream("ATTRIBUTION.md")) {
            assertThat(new String(attribution.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("E. Alpaydin and C. Kaynak", "CC BY 4.0");
        }
    }

    @Test
    void theSplitIsTheSameEveryTimeAndHasEveryDigit() {
        List<Digits> all = Digits.all();
        List<Integer> test = Digits.testIds(all.size());

        assertThat(test).hasSize(359).isSorted().doesNotHaveDuplicates().isEqualTo(Digits.testIds(all.size()));
        assertThat(test.stream().map(id -> all.get(id).label()).collect(Collectors.toSet()))
                .hasSize(10);
    }
}
