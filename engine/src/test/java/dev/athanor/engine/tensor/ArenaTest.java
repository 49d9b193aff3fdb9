package dev.athanor.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ArenaTest {
    @Test
    void scopesGiveMemoryBackAndItComesZeroed() {
        try (Arena arena = new Arena()) {
            Tensor kept = arena.allocate(DType.FLOAT32, 5);
            int offset;
            float[] storage;
            try (Arena.Scope step = arena.scope()) {
                Tensor scratch = arena.allocate(DType.FLOAT32, 7, 3);
                offset = scratch.offset();
                storage = scratch.floats();
                java.util.Arrays.fill(storage, offset, offset + 21, 8f);
                try (Arena.Scope inner = arena.scope()) {
                    assertThat(arena.allocate(DType.FLOAT32, 4).offset()).isGreaterThanOrEqualTo(offset + 21);
                    assertThat(inner).isNotNull();
                }
                assertThat(step).isNotNull();
            }
            Tensor again = arena.allocate(DType.FLOAT32, 7, 3);
            assertThat(again.floats()).isSameAs(storage);
            assertThat(again.offset()).isEqualTo(offset);
            assertThat(again.toFloats()).containsOnly(0f);
            assertThat(kept.offset() % 16).isZero();
        }
    }

    @Test
    void stepsOfOneSizeReserveNothingNew() {
        try (Arena arena = new Arena()) {
            long bytes = 0;
            for (int step = 0; step < 10; step++) {
                try (Arena.Scope scope = arena.scope()) {
                    arena.allocate(DType.FLOAT32, 1000, 1000);
                    arena.allocate(DType.FLOAT32, 500, 1000);
                    arena.allocate(DType.INT32, 500);
                    assertThat(scope).isNotNull();
                }
                assertThat(arena.bytes()).isEqualTo(step == 0 ? arena.bytes() : bytes);
                bytes = arena.bytes();
            }
        }
    }

    @Test
    void tensorsLargerThanABlockGetTheirOwn() {
        try (Arena arena = new Arena()) {
            Tensor big = arena.allocate(DType.FLOAT32, 3 << 20);
            Tensor next = arena.allocate(DType.FLOAT32, 16);
            assertThat(big.size()).isEqualTo(3 << 20);
            assertThat(next.floats()).isNotSameAs(big.floats());
        }
    }

    @Test
    void otherTypesAreCounted() {
        try (Arena arena = new Arena()) {
            arena.allocate(DType.INT32, 100);
            arena.allocate(DType.FLOAT64, 10);
            assertThat(arena.bytes()).isEqualTo(480);
        }
    }

    @Test
    void aClosedArenaGivesNothing() {
        Arena arena = new Arena();
        arena.close();
        assertThatThrownBy(() -> arena.allocate(DType.FLOAT32, 1))
                .hasMessage("Cannot allocate from arena: it is closed");
    }
}
