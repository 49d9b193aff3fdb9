package dev.athanor.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Taken apart into numbers, scales and least values, weights are those that the decoder gives, bit by bit. */
class StoredWeightsTest {
    private static final int ROWS = 5;

    @TempDir
    Path folder;

    private GgufFile file(int type, int dataBytes, long... dimensions) throws IOException {
        byte[] bytes = GgufBytes.file(1, 0).tensor("w", type, 0, dimensions).data(dataBytes);
        byte[] random = new byte[dataBytes];
        new Random(type).nextBytes(random);
        System.arraycopy(random, 0, bytes, bytes.length - dataBytes, dataBytes);
        return GgufFile.open(Files.write(folder.resolve("w.gguf"), bytes));
    }

    @ParameterizedTest
    @CsvSource({
        "F32, 0, FLOAT32",
        "F16, 1, FLOAT16",
        "BF16, 30, BFLOAT16",
        "Q4_0, 2, INT4",
        "Q4_1, 3, UINT4",
        "Q5_0, 6, INT5",
        "Q5_1, 7, UINT5",
        "Q8_0, 8, INT8",
        "Q4_K, 12, UINT4",
        "Q5_K, 13, UINT5",
        "Q6_K, 14, INT6"
    })
    void areThoseOfTheDecoder(TensorEncoding stored, int type, BlockEncoding expected) throws IOException {
        int columns = 2 * stored.blockElements();
        int size = (int) stored.bytes((long) ROWS * columns);
        try (GgufFile file = file(type, size, columns, ROWS)) {
            StoredTensor tensor = file.tensor("w");
            assertThat(tensor.encoding()).isEqualTo(stored);
            BlockWeights weights = tensor.weights();
            assertThat(weights.encoding()).isEqualTo(expected);
            assertThat(weights.rows()).isEqualTo(ROWS);
            assertThat(weights.columns()).isEqualTo(columns);
            assertThat(weights.bytes()).isEqualTo(size);
            int groups = expected.groups(columns);
            int[] numbers = new int[columns];
            float[] scales = new float[groups];
            float[] leasts = new float[groups];
            float[] decoded = new float[columns];
            for (int row = 0; row < ROWS; row++) {
                weights.read(row, numbers, scales, leasts);
                tensor.decode((long) row * columns, columns, decoded, 0);
                for (int p = 0; p < columns; p++) {
                    int g = groups == 0 ? 0 : p / expected.group();
                    float weight =
                            groups == 0 ? expected.value(numbers[p]) : expected.value(numbers[p], scales[g], leasts[g]);
                    assertThat(Float.valueOf(weight)) // as objects: not a number equals itself
                            .as("element (%d,%d)", row, p)
                            .isEqualTo(Float.valueOf(decoded[p]));
                    if (groups > 0) {
                        assertThat(numbers[p]).isBetween(0, (1 << expected.bits()) - 1);
                    }
                }
            }
        }
    }

    @Test
    void othersAreRefusedWithAReason() throws IOException {
        try (GgufFile file = file(26, 24, 3, 2)) {
            assertThatThrownBy(() -> file.tensor("w").weights())
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("tensor w cannot be used: products take no weights of the encoding I32")
                    .hasMessageContaining("Export the model in another encoding");
        }
        try (GgufFile file = file(0, 24, 6)) {
            assertThatThrownBy(() -> file.tensor("w").weights())
                    .hasMessageContaining("weights of a product have two dimensions, it has 1");
        }
        try (GgufFile file = file(8, 34, 16, 2)) {
            assertThatThrownBy(() -> file.tensor("w").weights())
                    .hasMessageContaining("its rows of 16 elements are not whole blocks of Q8_0");
        } catch (AthanorException refusedAtOpening) {
            assertThat(refusedAtOpening).hasMessageContaining("block");
        }
    }
}
