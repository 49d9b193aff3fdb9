package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LowPrecisionWeightsTest {
    private static final Tensor VALUES = Tensor.of(new int[] {1, -2, 3, 4, 5, -6}, 2, 3);

    private static Map<String, Tensor> decode(Tensor scale) {
        return LowPrecisionWeights.decode(Map.of("w", VALUES, "w.scale", scale), "m.safetensors");
    }

    @Test
    void aScaleSpansARowOrAColumn() {
        assertThat(decode(Tensor.of(new float[] {2, 10}, 2, 1)).get("w").toFloats())
                .containsExactly(2, -4, 6, 40, 50, -60);
        assertThat(decode(Tensor.of(new float[] {1, 10, 100}, 1, 3)).get("w").toFloats())
                .containsExactly(1, -20, 300, 4, 50, -600);
        assertThat(decode(Tensor.of(new float[] {1, 10, 100}, 1, 3))).containsOnlyKeys("w");
    }

    @Test
    void aScaleOfAnotherShapeIsRefused() {
        for (Tensor wrong : new Tensor[] {
            Tensor.of(new float[] {1, 2, 3}, 3, 1), Tensor.of(new float[] {1, 2}, 2), Tensor.of(new int[] {1, 2}, 2, 1)
        }) {
            assertThatThrownBy(() -> decode(wrong))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("Cannot read a transformer from m.safetensors")
                    .hasMessageContaining("w.scale")
                    .hasMessageContaining("no scale of [2, 3]");
        }
    }

    @Test
    void aTensorThatIsOnlyCalledScaleIsLeftAlone() {
        Tensor scale = Tensor.of(new float[] {1}, 1);
        assertThat(LowPrecisionWeights.decode(Map.of("norm.scale", scale), "m")).containsEntry("norm.scale", scale);
    }
}
