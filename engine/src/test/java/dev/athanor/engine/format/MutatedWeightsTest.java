package dev.athanor.engine.format;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.MutatedFiles;
import dev.athanor.engine.tensor.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged weight files are read or refused, and nothing else. */
class MutatedWeightsTest {
    private static final int FILES = 10_000;
    private static final long MEMORY = 16L << 20;

    @TempDir
    Path folder;

    @Test
    void safetensors() throws Exception {
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        SafeTensors.write(
                small,
                Map.of("layer.weight", Tensor.of(new float[6], 2, 3), "ids", Tensor.of(new int[] {7}, 1)),
                Map.of("format", "athanor"));
        List<byte[]> bases = List.of(WeightFileGoldenTest.bytes("types.safetensors"), small.toByteArray());
        print("safetensors", new MutatedFiles(20261124, bases, true).check(FILES / 2, MEMORY, this::readSafetensors));
        print("safetensors", new MutatedFiles(20261125, bases, false).check(FILES / 2, MEMORY, this::readSafetensors));
    }

    /** As a stream and in place: both ways read it, or neither. */
    private void readSafetensors(byte[] file) throws IOException {
        AthanorException refusal = null;
        try {
            SafeTensors.read(new ByteArrayInputStream(file), file.length, "m.safetensors");
        } catch (AthanorException e) {
            refusal = e;
        }
        Path path = Files.write(folder.resolve("m.safetensors"), file);
        try (WeightFile weights = SafeTensorsFile.open(path)) {
            decodeAll(weights);
        } catch (AthanorException e) {
            if (refusal == null) {
                throw new AssertionError("a stream of it is read", e);
            }
            throw e;
        }
        if (refusal != null) {
            throw new AssertionError("it is read in place", refusal);
        }
    }

    @Test
    void gguf() throws Exception {
        List<byte[]> bases = List.of(
                WeightFileGoldenTest.bytes("types.gguf"),
                WeightFileGoldenTest.bytes("types.gguf"),
                GgufBytes.file(2, 1)
                        .text("k")
                        .u32(9)
                        .u32(9)
                        .u64(1)
                        .u32(8)
                        .u64(1)
                        .text("v")
                        .tensor("a", 0, 0, 4, 2)
                        .tensor("b", 8, 32, 32)
                        .data(66));
        print("GGUF", new MutatedFiles(20261126, bases, false).check(FILES, MEMORY, file -> {
                    Path path = Files.write(folder.resolve("m.gguf"), file);
                    try (WeightFile weights = GgufFile.open(path)) {
                        decodeAll(weights);
                    }
                }));
    }

    private static void decodeAll(WeightFile weights) {
        for (StoredTensor stored : weights.tensors().values()) {
            if (stored.elements() > 0) {
                stored.decode(stored.elements() - 1, 1, new float[1], 0);
            }
            stored.toTensor();
        }
    }

    private static void print(String what, MutatedFiles.Outcome outcome) {
        System.out.println(what + ": " + outcome);
    }
}
