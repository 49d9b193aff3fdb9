package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.EncodedTensor;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.format.TensorEncoding;
import dev.athanor.engine.kernels.Int8Matrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /** Matrices come back as the whole numbers that products use, with one scale per output: bert's first, gpt2's last axis. */
    @ParameterizedTest
    @CsvSource({"bert, encoder.layer.1.intermediate.dense.weight, true", "gpt2, h.1.mlp.c_fc.weight, false"})
    void aFileHoldsTheNumbersThatProductsUse(String family, String name, boolean outputsFirst) throws IOException {
        Map<String, Tensor> original;
        byte[] config = Files.readAllBytes(Goldens.folder(family).resolve("config.json"));
        Path weights = Goldens.folder(family).resolve("model.safetensors");
        try (InputStream in = Files.newInputStream(weights)) {
            original = SafeTensors.read(in, Files.size(weights), family);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Map<String, EncodedTensor> encoded = LowPrecisionWeights.encode(config, family, original, Precision.INT8);
        SafeTensors.writeEncoded(out, encoded, Map.of());
        Map<String, Tensor> stored = SafeTensors.read(new ByteArrayInputStream(out.toByteArray()), out.size(), family);
        String full = original.keySet().stream()
                .filter(n -> n.endsWith(name))
                .findFirst()
                .orElseThrow();
        Tensor matrix = original.get(full);
        assertThat(encoded.get(full).encoding()).isEqualTo(TensorEncoding.I8);
        assertThat(stored.get(full + ".scale").shape())
                .containsExactly(outputsFirst ? matrix.dim(0) : 1, outputsFirst ? 1 : matrix.dim(1));
        Int8Matrix wanted = Int8Matrix.of(outputsFirst ? matrix.transpose(0, 1) : matrix);
        float[] found = LowPrecisionWeights.decode(stored, family).get(full).toFloats();
        for (int i = 0; i < matrix.dim(0); i++) {
            for (int j = 0; j < matrix.dim(1); j++) {
                int input = outputsFirst ? j : i;
                int output = outputsFirst ? i : j;
                assertThat(found[i * matrix.dim(1) + j]).isEqualTo(wanted.value(input, output) * wanted.scale(output));
            }
        }
    }

    @Test
    void aTensorThatIsOnlyCalledScaleIsLeftAlone() {
        Tensor scale = Tensor.of(new float[] {1}, 1);
        assertThat(LowPrecisionWeights.decode(Map.of("norm.scale", scale), "m")).containsEntry("norm.scale", scale);
    }
}
