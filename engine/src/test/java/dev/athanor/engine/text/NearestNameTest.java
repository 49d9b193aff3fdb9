package dev.athanor.engine.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    @Test
    void twoNeighboursSwappedAreOneEdit() {
        assertThat(NearestName.distance("tabel", "table")).isEqualTo(1);
        assertThat(NearestName.distance("ca", "abc")).isEqualTo(3);
        assertThat(NearestName.of("tabel", List.of("label", "table"))).contains("table");
        assertThat(NearestName.of("Lable", List.of("label", "table"))).contains("label");
    }

    @Test
    void otherEditsCountOneEach() {
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
        assertThat(NearestName.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(NearestName.distance("same", "same")).isZero();
    }
}
