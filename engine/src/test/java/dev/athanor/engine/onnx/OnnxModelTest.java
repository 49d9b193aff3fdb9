package dev.athanor.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.MutatedFiles;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Graphs that PyTorch exported (by {@code src/peer/onnx_exports.py}), damaged ones, and those that are refused. */
class OnnxModelTest {
    private static final Kernels KERNELS = KernelRegistry.select("auto").kernels();

    @TempDir
    private Path folder;

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = OnnxModelTest.class.getResourceAsStream("/onnx/" + name)) {
            return in.readAllBytes();
        }
    }

    private static OnnxModel read(byte[] bytes) {
        return OnnxModel.read(ByteBuffer.wrap(bytes), "x.onnx", name -> null);
    }

    @ParameterizedTest
    @CsvSource({"mlp,traced", "mlp,dynamo", "number,traced", "number,dynamo", "cnn,traced", "cnn,dynamo"})
    void exportedModelsGiveTheOutputsOfPyTorch(String name, String exporter) throws Exception {
        JsonNode golden = new ObjectMapper().readTree(resource("goldens.json")).get(name);
        OnnxModel model = read(resource(name + "_" + exporter + ".onnx"));
        int rows = golden.get("x").size();
        float[] x = floats(golden.get("x"));
        int[] shape = name.equals("cnn") ? new int[] {rows, 1, 8, 8} : new int[] {rows, 4};
        OnnxValue y = OnnxProgram.of(model, KERNELS).run(OnnxValue.of(x, shape))[0];
        assertThat(y.floats()).hasSameSizeAs(floats(golden.get("y"))).satisfies(values -> {
            float[] wanted = floats(golden.get("y"));
            for (int i = 0; i < wanted.length; i++) {
                assertThat(values[i]).isCloseTo(wanted[i], within(1e-4f));
            }
        });
    }

    private static float[] floats(JsonNode rows) {
        List<Float> all = new ArrayList<>();
        rows.forEach(row -> row.forEach(v -> all.add((float) v.asDouble())));
        float[] floats = new float[all.size()];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = all.get(i);
        }
        return floats;
    }

    /** The smallest of ONNX's own cases of every operator, as {@link NodeSuiteTest} chose them. */
    @Test
    void aCaseOfEveryOperatorPasses() throws Exception {
        try (ZipInputStream in = new ZipInputStream(OnnxModelTest.class.getResourceAsStream("/onnx/nodes.zip"))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                Files.write(folder.resolve(Path.of(entry.getName()).getFileName()), in.readAllBytes());
            }
        }
        NodeCases cases = NodeCases.run(folder);
        assertThat(cases.failures()).isEmpty();
        assertThat(cases.passed().keySet()).containsAll(OnnxOperators.names());
    }

    @Test
    void damagedFilesAreReadOrRefused() throws Exception {
        MutatedFiles files = new MutatedFiles(
                20261201,
                List.of(resource("mlp_traced.onnx"), resource("cnn_traced.onnx"), resource("cnn_dynamo.onnx")),
                false);
        MutatedFiles.Outcome outcome = files.check(10_000, 256L << 20, bytes -> OnnxProgram.of(read(bytes), KERNELS));
        System.out.println("damaged ONNX files, seed 20261201: " + outcome);
    }

    @Test
    void missingOperatorsAreAllNamed() {
        byte[] model = model(node("Foo", "x", "a"), node("Foo", "a", "b"), node("Attention", "b", "y"));
        assertThatThrownBy(() -> OnnxProgram.of(read(model), KERNELS))
                .hasMessageContaining("it has operators that are not computed: Attention (1), Foo (2)")
                .hasMessageContaining("computed are Abs, Acos");
    }

    @Test
    void cyclesAreRefused() {
        byte[] model = model(node("Relu", "b", "a"), node("Relu", "a", "b"), node("Relu", "b", "y"));
        assertThatThrownBy(() -> OnnxProgram.of(read(model), KERNELS))
                .hasMessageContaining("its graph has a cycle: node of output a (Relu) needs itself");
    }

    @Test
    void missingAndDoubleValuesAreRefused() {
        assertThatThrownBy(() -> OnnxProgram.of(read(model(node("Relu", "z", "y"))), KERNELS))
                .hasMessageContaining("it needs the value 'z', which nothing gives or computes");
        assertThatThrownBy(() -> OnnxProgram.of(read(model(node("Relu", "x", "y"), node("Abs", "x", "y"))), KERNELS))
                .hasMessageContaining("it has two values of the name 'y'");
    }

    @Test
    void nodesInAnyOrderAreSorted() {
        byte[] model = model(node("Neg", "a", "y"), node("Relu", "x", "a"));
        OnnxValue y = OnnxProgram.of(read(model), KERNELS).run(OnnxValue.of(new float[] {-1, 2}, 2))[0];
        assertThat(y.floats()).containsExactly(-0f, -2f);
    }

    @Test
    void inputsOfOtherTypesAreRefused() {
        OnnxProgram program = OnnxProgram.of(read(model(node("Relu", "x", "y"))), KERNELS);
        assertThatThrownBy(() -> program.run(OnnxValue.of(new long[] {1}, 1)))
                .hasMessageContaining("its input x (FLOAT) was given int64[1]");
    }

    @Test
    void dataFilesOutsideTheFolderAreRefused() throws Exception {
        for (String place : List.of("../weights.bin", "/etc/passwd", "a/b")) {
            assertThatThrownBy(() -> read(external(place, 8)))
                    .hasMessageContaining("tensor w is kept in the file '" + place
                            + "', which is not a file of the model's own folder");
        }
        Path model = Files.write(Files.createDirectories(folder.resolve("in")).resolve("m.onnx"), external("w.bin", 8));
        assertThatThrownBy(() -> OnnxModel.read(model)).hasMessageContaining("which is not there");
        Path outside = Files.write(folder.resolve("secret"), new byte[8]);
        Path link = Files.createSymbolicLink(model.resolveSibling("w.bin"), outside);
        assertThatThrownBy(() -> OnnxModel.read(model)).hasMessageContaining("outside the model's folder");
        Files.delete(link);
        Files.write(model.resolveSibling("w.bin"), new byte[4]);
        assertThatThrownBy(() -> OnnxModel.read(model)).hasMessageContaining("bytes 0 to 8, which has 4");
        Files.write(model.resolveSibling("w.bin"), new byte[8]);
        assertThat(OnnxModel.read(model).dataFiles().keySet()).containsExactly("w.bin");
    }

    @Test
    void hugeClaimsAreRefused() {
        byte[] tensor =
                concat(number(1, Integer.MAX_VALUE), number(1, 2), number(2, 1), text(8, "w"), bytes(9, new byte[8]));
        byte[] model = concat(bytes(7, bytes(5, tensor)), bytes(8, number(2, 17)));
        assertThatThrownBy(() -> read(model)).hasMessageContaining("tensor 'w' has 8 bytes, its shape");
        assertThatThrownBy(() -> read("<html>".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("damaged or not an ONNX file");
        assertThatThrownBy(() -> read(new byte[0])).hasMessageContaining("it has no graph");
    }

    // ---- protobuf's wire format, as far as these models need it

    private static byte[] external(String place, int length) {
        byte[] tensor = concat(
                number(1, length / 4),
                number(2, 1),
                text(8, "w"),
                bytes(13, concat(text(1, "location"), text(2, place))),
                bytes(13, concat(text(1, "length"), text(2, Integer.toString(length)))),
                number(14, 1));
        return concat(bytes(7, bytes(5, tensor)), bytes(8, number(2, 17)));
    }

    /** A graph from x to y. */
    private static byte[] model(byte[]... nodes) {
        byte[] type = bytes(2, bytes(1, number(1, 1)));
        byte[] graph =
                concat(concat(nodes), bytes(11, concat(text(1, "x"), type)), bytes(12, concat(text(1, "y"), type)));
        return concat(bytes(7, graph), bytes(8, number(2, 17)));
    }

    private static byte[] node(String operator, String from, String to) {
        return bytes(1, concat(text(1, from), text(2, to), text(4, operator)));
    }

    private static byte[] text(int field, String text) {
        return bytes(field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int field, byte[] content) {
        return concat(varint(field << 3 | 2), varint(content.length), content);
    }

    private static byte[] number(int field, long value) {
        return concat(varint((long) field << 3), varint(value));
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long rest = value;
        for (; (rest & ~0x7fL) != 0; rest >>>= 7) {
            out.write((int) ((rest & 0x7f) | 0x80));
        }
        out.write((int) rest);
        return out.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
