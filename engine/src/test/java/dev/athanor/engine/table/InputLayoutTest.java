package dev.athanor.engine.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class InputLayoutTest {
    @Test
    void asManyRowsAsTheirBytesAllow() {
        InputLayout narrow = new InputLayout(5, new InputLayout.ImageShape(12, 12, 3), List.of());
        assertThat(narrow.rowBytes()).isEqualTo(4 * (5 + 12 * 12 * 3 + 1));
        assertThat(narrow.rowsWithin(512, 32 << 20, 0)).isEqualTo(512);
        assertThat(narrow.rowsWithin(512, 32 << 20, 1 << 20)).isEqualTo(31);
        InputLayout wide = new InputLayout(150_000, null, List.of());
        assertThat(wide.rowsWithin(512, 32 << 20, 0)).isEqualTo(55);
        InputLayout huge = new InputLayout(Integer.MAX_VALUE, null, List.of());
        assertThat(huge.rowsWithin(512, 32 << 20, 0)).as("one row at least").isEqualTo(1);
    }
}
