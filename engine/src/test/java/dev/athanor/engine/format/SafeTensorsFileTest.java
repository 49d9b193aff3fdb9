package dev.athanor.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsFileTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    Path folder;

    private void shard(String name, String... tensors) throws IOException {
        Map<String, Tensor> map = new LinkedHashMap<>();
        for (String tensor : tensors) {
            map.put(tensor, Tensor.of(new float[] {tensor.charAt(0), 0.5f}, 2, 1));
        }
        try (OutputStream out = Files.newOutputStream(folder.resolve(name))) {
            SafeTensors.write(out, map, Map.of("from", name));
        }
    }

    private void index(String map) throws IOException {
        Files.writeString(
                folder.resolve(SafeTensorsFile.INDEX),
                "{\"metadata\":{\"total_size\":24},\"weight_map\":{" + map + "}}",
                StandardCharsets.UTF_8);
    }

    private void refused(String reason) {
        assertThatThrownBy(() -> SafeTensorsFile.open(folder).close())
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot read tensors from " + folder)
                .hasMessageContaining(reason);
    }

    @Test
    void theSingleFileOfAFolderIsRead() throws IOException {
        shard(SafeTensorsFile.SINGLE, "a", "b");
        index("\"a\":\"no-such.safetensors\""); // not looked at
        for (Path path : new Path[] {folder, folder.resolve(SafeTensorsFile.SINGLE)}) {
            try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
                assertThat(file.tensors().keySet()).containsExactly("a", "b");
                assertThat(file.tensor("b").shape()).containsExactly(2, 1);
                assertThat(file.tensor("b").toTensor().floats()).containsExactly('b', 0.5f);
                assertThat(file.tensor("b").bytes().getFloat(4)).isEqualTo(0.5f);
                assertThat(file.location()).isEqualTo(path.toString());
                assertThatThrownBy(() -> file.tensors().clear()).isInstanceOf(UnsupportedOperationException.class);
            }
        }
    }

    @Test
    void shardsAreReadAsTheIndexSays() throws IOException {
        shard(FIRST, "a", "b");
        shard(SECOND, "c");
        index("\"a\":\"" + FIRST + "\",\"c\":\"" + SECOND + "\",\"b\":\"" + FIRST + "\"");
        try (SafeTensorsFile file = SafeTensorsFile.open(folder)) {
            assertThat(file.tensors().keySet()).containsExactly("a", "b", "c");
            assertThat(file.tensor("c").toTensor().floats()).containsExactly('c', 0.5f);
        }
    }

    @Test
    void anIndexThatDisagreesWithItsShardsIsRefused() throws IOException {
        shard(FIRST, "a", "b");
        shard(SECOND, "c");
        index("\"a\":\"" + FIRST + "\",\"b\":\"" + FIRST + "\"");
        Files.delete(folder.resolve(SECOND));
        SafeTensorsFile.open(folder).close(); // the shard that no tensor is in is not asked for
        index("\"a\":\"" + FIRST + "\",\"b\":\"" + FIRST + "\",\"c\":\"" + SECOND + "\"");
        refused("it names the shard " + SECOND + ", which the folder lacks");
        shard(SECOND, "d");
        refused("shard " + SECOND + " has the tensor d, which the index does not put there");
        shard(SECOND, "c", "a");
        refused("shard " + SECOND + " has the tensor a, which the index does not put there");
        shard(SECOND);
        refused("it puts the tensor c into " + SECOND + ", which lacks it");
    }

    @Test
    void anIndexMayNotLeaveItsFolder() throws IOException {
        for (String name : new String[] {
            "../m.safetensors", "/tmp/m.safetensors", "x\\\\m.safetensors", "..", "m.bin", "m\\u0000.safetensors", ""
        }) {
            index("\"a\":\"" + name + "\"");
            refused("which is not a plain name of a .safetensors file");
        }
    }

    @Test
    void aDamagedIndexIsRefused() throws IOException {
        index("\"a\":1");
        refused("it has VALUE_NUMBER_INT where VALUE_STRING is expected");
        index("\"a\":\"" + FIRST + "\",\"a\":\"" + SECOND + "\"");
        refused("it is not acceptable JSON: Duplicate field 'a'");
        Files.writeString(folder.resolve(SafeTensorsFile.INDEX), "{}");
        refused("it has no weight_map");
        Files.writeString(folder.resolve(SafeTensorsFile.INDEX), "{\"weight_map\":{}}x");
        refused("it is not acceptable JSON");
        Files.delete(folder.resolve(SafeTensorsFile.INDEX));
        refused("the folder has neither model.safetensors nor model.safetensors.index.json");
    }

    @Test
    void theHeaderIsCheckedAsInAStream() throws IOException {
        Path path = folder.resolve("m.safetensors");
        Files.write(path, new byte[3]);
        assertThatThrownBy(() -> SafeTensorsFile.open(path))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("it has 3 bytes");
        Files.write(
                path,
                ByteBuffer.allocate(20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(0, 13)
                        .array());
        assertThatThrownBy(() -> SafeTensorsFile.open(path))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("its header claims 13 bytes, the file has 20");
        assertThatThrownBy(() -> SafeTensorsFile.open(folder.resolve("no-such")))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("the file cannot be opened");
    }

    @Test
    void wholeNumbersThatDoNotFitAreRefusedAndRoundedByDecode() throws IOException {
        Path path = file("{\"a\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]}}", 16);
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 3] = 1; // 2^40
        Files.write(path, bytes);
        try (SafeTensorsFile file = SafeTensorsFile.open(path)) {
            assertThatThrownBy(() -> file.tensor("a").toTensor())
                    .isInstanceOf(AthanorException.class)
                    .hasMessageContaining(
                            "tensor a cannot be used: its element 1 is 1099511627776, more than 32 bits hold");
            float[] to = new float[2];
            file.tensor("a").decode(0, 2, to, 0);
            assertThat(to).containsExactly(0, 0x1p40f);
        }
        assertThatThrownBy(
                        () -> SafeTensors.read(new java.io.ByteArrayInputStream(bytes), bytes.length, "m.safetensors"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("element 1 of tensor a is 1099511627776");
    }

    @Test
    void aTensorOverTwoGibibytesIsRefused() throws IOException {
        Path path = file("{\"a\":{\"dtype\":\"F32\",\"shape\":[600000000],\"data_offsets\":[0,2400000000]}}", 0);
        try (RandomAccessFile sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(sparse.length() + 2_400_000_000L);
        }
        assertThatThrownBy(() -> SafeTensorsFile.open(path))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("tensor a cannot be used: it takes 2400000000 bytes");
    }

    private Path file(String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(8 + json.length + data).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(
                folder.resolve("m.safetensors"),
                buffer.putLong(json.length).put(json).array());
    }
}
