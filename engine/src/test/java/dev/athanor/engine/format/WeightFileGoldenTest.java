package dev.athanor.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every encoding against what the libraries of the formats read ({@code engine/src/peer/gguf_goldens.py weights}). */
class WeightFileGoldenTest {
    @TempDir
    Path folder;

    static byte[] bytes(String name) throws IOException {
        try (InputStream in = WeightFileGoldenTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    private WeightFile open(String format) throws IOException {
        Path file = folder.resolve("types." + format);
        Files.write(file, bytes("types." + format));
        return format.equals("gguf") ? GgufFile.open(file) : SafeTensorsFile.open(file);
    }

    private static Map<String, Golden> goldens(String format) throws IOException {
        Map<String, Golden> goldens = new java.util.TreeMap<>();
        JsonNode all = new ObjectMapper().readTree(bytes("types.json")).path(format);
        all.fields().forEachRemaining(e -> goldens.put(e.getKey(), Golden.of(e.getValue())));
        return goldens;
    }

    private record Golden(TensorEncoding encoding, List<Integer> shape, List<Float> floats) {
        static Golden of(JsonNode node) {
            ByteBuffer bytes = ByteBuffer.wrap(
                            Base64.getDecoder().decode(node.path("floats").asText()))
                    .order(ByteOrder.LITTLE_ENDIAN);
            List<Float> floats = new java.util.ArrayList<>();
            while (bytes.hasRemaining()) {
                floats.add(bytes.getFloat());
            }
            List<Integer> shape = new java.util.ArrayList<>();
            node.path("shape").forEach(d -> shape.add(d.asInt()));
            return new Golden(TensorEncoding.valueOf(node.path("encoding").asText()), shape, floats);
        }

        float[] array(int from, int count) {
            float[] array = new float[count];
            for (int i = 0; i < count; i++) {
                array[i] = floats.get(from + i);
            }
            return array;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gguf", "safetensors"})
    void everyNumberIsTheLibrarys(String format) throws IOException {
        Map<String, Golden> goldens = goldens(format);
        try (WeightFile weights = open(format)) {
            assertThat(new TreeSet<>(weights.tensors().keySet())).isEqualTo(goldens.keySet());
            goldens.forEach((name, golden) -> {
                StoredTensor stored = weights.tensor(name);
                assertThat(stored.encoding()).as(name).isEqualTo(golden.encoding());
                assertThat(stored.shape())
                        .as(name)
                        .containsExactly(golden.shape().toArray(Integer[]::new));
                assertThat(stored.elements()).isEqualTo(golden.floats().size());
                Tensor tensor = stored.toTensor();
                assertThat(tensor.shape()).isEqualTo(stored.shape());
                assertThat(tensor.dtype()).isEqualTo(golden.encoding().isInteger() ? DType.INT32 : DType.FLOAT32);
                assertThat(tensor.toFloats())
                        .as(name)
                        .isEqualTo(golden.array(0, golden.floats().size()));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gguf", "safetensors"})
    void anyStretchIsDecodedByItself(String format) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Golden> goldens = goldens(format);
        try (WeightFile weights = open(format)) {
            goldens.forEach((name, golden) -> {
                int size = golden.floats().size();
                for (int round = 0; round < 50; round++) {
                    int from = random.nextInt(size + 1);
                    int count = random.nextInt(size - from + 1);
                    float[] to = new float[count + 5];
                    weights.tensor(name).decode(from, count, to, 3);
                    float[] expected = new float[count + 5];
                    System.arraycopy(golden.array(from, count), 0, expected, 3, count);
                    assertThat(to).as("%s from %d", name, from).isEqualTo(expected);
                }
            });
        }
    }

    @Test
    void theGoldensHaveEveryEncodingThatIsRead() throws IOException {
        TreeSet<TensorEncoding> seen = new TreeSet<>();
        for (String format : List.of("gguf", "safetensors")) {
            goldens(format).values().forEach(g -> seen.add(g.encoding()));
        }
        assertThat(seen).containsExactly(TensorEncoding.values());
    }

    @Test
    void aStreamIsReadAsTheFileInPlace() throws IOException {
        byte[] file = bytes("types.safetensors");
        Map<String, Golden> goldens = goldens("safetensors");
        Map<String, Tensor> read =
                SafeTensors.read(new java.io.ByteArrayInputStream(file), file.length, "types.safetensors");
        assertThat(read.keySet()).containsExactlyInAnyOrderElementsOf(goldens.keySet());
        read.forEach((name, tensor) -> {
            Golden golden = goldens.get(name);
            assertThat(tensor.dtype())
                    .isEqualTo(
                            name.equals("F64")
                                    ? DType.FLOAT64
                                    : golden.encoding().isInteger() ? DType.INT32 : DType.FLOAT32);
            assertThat(tensor.toFloats())
                    .as(name)
                    .isEqualTo(golden.array(0, golden.floats().size()));
        });
    }

    @Test
    void metadataOfEveryTypeIsKept() throws IOException {
        try (WeightFile weights = open("gguf")) {
            WeightMetadata metadata = weights.metadata();
            assertThat(metadata.integer("a.u8", 0)).isEqualTo(255);
            assertThat(metadata.integer("a.i8", 0)).isEqualTo(-128);
            assertThat(metadata.integer("a.u16", 0)).isEqualTo(65535);
            assertThat(metadata.integer("a.i16", 0)).isEqualTo(-32768);
            assertThat(metadata.integer("a.u32", 0)).isEqualTo(4294967295L);
            assertThat(metadata.integer("a.i32", 0)).isEqualTo(Integer.MIN_VALUE);
            assertThat(metadata.integer("a.i64", 0)).isEqualTo(Long.MIN_VALUE);
            assertThat(metadata.values().get("a.u64")).isEqualTo(new java.math.BigInteger("18446744073709551615"));
            assertThat(metadata.number("a.f32", 0)).isEqualTo(0.1f);
            assertThat(metadata.number("a.f64", 0)).isEqualTo(0.1);
            assertThat(metadata.number("a.u8", 0)).isEqualTo(255);
            assertThat(metadata.flag("a.bool", false)).isTrue();
            assertThat(metadata.text("a.text", null)).isEqualTo("na\u00efve \ud83d\ude00\r\n");
            assertThat(metadata.texts("a.texts")).containsExactly("x", "", "\u017elu\u0165");
            assertThat(metadata.integers("a.ints")).containsExactly(-1, 0, 7);
            assertThat(metadata.numbers("a.floats")).containsExactly(0.5f, -0.25f);
            assertThat(metadata.values().get("a.bools")).isEqualTo(List.of(true, false));
            assertThat((List<?>) metadata.values().get("a.lists")).hasSize(2);
            assertThat(metadata.text("general.architecture", null)).isEqualTo("test");
            assertThat(metadata.text("no.such", "none")).isEqualTo("none");
            assertThat(metadata.texts("no.such")).isEmpty();
            assertThat(metadata.has("no.such")).isFalse();
        }
        try (WeightFile weights = open("safetensors")) {
            assertThat(weights.metadata().text("note", null)).isEqualTo("na\u00efve");
            assertThat(weights.metadata().keys()).containsExactly("note");
        }
    }
}
