package dev.athanor.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SafeTensorsTest {
    private static Map<String, Tensor> sample() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("layer.0.weight", Tensor.of(new float[] {1, -2, Float.NaN, 4, 5, -0f}, 2, 3));
        tensors.put("empty", Tensor.of(new float[0], 0, 7));
        tensors.put("ids", Tensor.of(new int[] {Integer.MIN_VALUE, 7}, 2));
        tensors.put("naïve \"name\"", Tensor.of(new double[] {Math.PI}, 1));
        return tensors;
    }

    private static byte[] bytes(Map<String, Tensor> tensors) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SafeTensors.write(out, tensors, Map.of("format", "athanor"));
        return out.toByteArray();
    }

    private static Map<String, Tensor> read(byte[] file) {
        return SafeTensors.read(new ByteArrayInputStream(file), file.length, "m.safetensors");
    }

    /** A file with this header and so many bytes of data. */
    private static byte[] file(String header, int data) {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        return buffer.putLong(json.length).put(json).array();
    }

    private static void refused(byte[] file, String reason) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot read tensors from m.safetensors: ")
                .hasMessageContaining(reason);
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        byte[] file = bytes(sample());
        Map<String, Tensor> read = read(file);
        assertThat(read.keySet()).containsExactlyElementsOf(sample().keySet());
        assertThat(read.get("layer.0.weight").shape()).containsExactly(2, 3);
        assertThat(read.get("layer.0.weight").floats())
                .containsExactly(sample().get("layer.0.weight").floats());
        assertThat(read.get("empty").shape()).containsExactly(0, 7);
        assertThat(read.get("ids").ints()).containsExactly(Integer.MIN_VALUE, 7);
        assertThat(read.get("naïve \"name\"").doubles()).containsExactly(Math.PI);
        assertThat(bytes(read)).isEqualTo(file);
        assertThat(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8)
                .isZero();
    }

    @Test
    void largeTensorsCrossTheChunks() throws IOException {
        float[] data = new float[100_003];
        for (int i = 0; i < data.length; i++) {
            data[i] = i * 0.5f;
        }
        assertThat(read(bytes(Map.of("t", Tensor.of(data, data.length))))
                        .get("t")
                        .floats())
                .isEqualTo(data);
    }

    @Test
    void readsAFileLaidOutByTheReferenceDocument() {
        byte[] file = file(
                "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
                        + "\"__metadata__\":{\"k\":\"v\"},\"a\":{\"dtype\":\"I32\",\"shape\":[],\"data_offsets\":[0,4]}}   ",
                8);
        assertThat(read(file).keySet()).containsExactly("a", "b");
        assertThat(read(file).get("a").rank()).isZero();
    }

    @Test
    void aHeaderThatClaimsTooMuchIsRefusedBeforeMemoryIsTaken() {
        byte[] file = file("{}", 0);
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(10_000_000_000L);
        refused(file, "its header claims 10000000000 bytes, the limit is 100000000");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(99_000_000L);
        refused(file, "its header claims 99000000 bytes, the file has 10");
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(-1);
        refused(file, "its header claims 18446744073709551615 bytes");
    }

    @Test
    void everyBrokenRuleIsNamed() throws IOException {
        refused(new byte[3], "it has 3 bytes");
        refused(file("[]", 0), "does not begin with {");
        refused(file("{\"a\":1}", 0), "VALUE_NUMBER_INT where START_OBJECT is expected");
        refused(file("{} x", 0), "is not JSON");
        refused(tensor("F32", "[2]", "0,4", 4), "takes 8 bytes, its data_offsets are [0, 4]");
        refused(tensor("F32", "[1]", "4,8", 8), "there is a gap");
        refused(tensor("F32", "[1]", "0,4", 8), "its tensors take 4 bytes, the file has 8");
        refused(tensor("F32", "[1]", "0,4", 0), "its tensors take 4 bytes, the file has 0");
        refused(tensor("F32", "[-1]", "0,4", 4), "a size or offset of -1");
        refused(tensor("F32", "[3000000000]", "0,12000000000", 4), "has a dimension of 3000000000");
        refused(tensor("F32", "[65536,65536]", "0,0", 0), "has too many elements");
        refused(tensor("F32", "[2147483000,2147483000,2147483000]", "0,0", 0), "has too many elements");
        refused(tensor("F32", "[99999999999999999999]", "0,4", 4), "a size or offset of 99999999999999999999");
        refused(
                tensor("F8_E4M3", "[4]", "0,4", 4),
                "tensor a is of type F8_E4M3. Supported are BF16, BOOL, F16, F32, F64, I16, I32, I64, I8, U8");
        refused(tensor("F32", "[1]", "4,0", 4), "its data_offsets are [4, 0]");
        String one = "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";
        refused(file("{" + one + "," + one + "}", 4), "duplicate key");
        refused(file("{" + one + "," + one.replace("\"a\"", "\"b\"") + "}", 4), "tensors overlap");
        refused(file("{" + one.replace("\"dtype\"", "\"pickle\"") + "}", 4), "unknown field pickle");
        refused(file("{\"a\":" + "[".repeat(2000) + "}", 0), "START_ARRAY where START_OBJECT");
        refused(Arrays.copyOf(bytes(sample()), bytes(sample()).length + 1), "after the header");
    }

    private static byte[] tensor(String dtype, String shape, String offsets, int data) {
        return file(
                "{\"a\":{\"dtype\":\"" + dtype + "\",\"shape\":" + shape + ",\"data_offsets\":[" + offsets + "]}}",
                data);
    }

    @Test
    void aFileThatShrinksWhileItIsReadIsCutShort() throws IOException {
        byte[] file = bytes(sample());
        for (int length : new int[] {0, 5, 8, 40, file.length - 1}) {
            InputStream cut = new ByteArrayInputStream(file, 0, length);
            assertThatThrownBy(() -> SafeTensors.read(cut, file.length, "m.safetensors"))
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining("the file is cut short");
        }
    }
}
