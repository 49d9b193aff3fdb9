package dev.athanor.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.PeerPython;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The libraries of the formats themselves, where a Python with them is named. */
class WeightFilePeerTest {
    private static final String SCRIPT = "gguf_goldens.py";

    @TempDir
    Path folder;

    @Test
    void theGoldensAreWhatTheScriptMakes() throws Exception {
        PeerPython.run(SCRIPT, "gguf, numpy, safetensors", "weights", folder.toString());
        for (String name : new String[] {"types.gguf", "types.safetensors", "types.json"}) {
            assertThat(Files.readAllBytes(folder.resolve(name))).as(name).isEqualTo(WeightFileGoldenTest.bytes(name));
        }
    }

    @Test
    void everyTensorOfGemma() throws Exception {
        Path gemma = PeerPython.gemma();
        PeerPython.run(SCRIPT, "gguf, numpy", "decode", gemma.toString(), folder.toString());
        Map<TensorEncoding, Integer> seen = new TreeMap<>();
        long elements = 0;
        try (GgufFile file = GgufFile.open(gemma)) {
            for (StoredTensor stored : file.tensors().values()) {
                compare(stored);
                seen.merge(stored.encoding(), 1, Integer::sum);
                elements += stored.elements();
            }
            assertThat(file.tensors()).hasSize(236);
        }
        System.out.println("Gemma: " + elements + " numbers equal, " + seen);
        assertThat(seen)
                .containsOnlyKeys(
                        TensorEncoding.F32,
                        TensorEncoding.Q5_0,
                        TensorEncoding.Q8_0,
                        TensorEncoding.Q4_K,
                        TensorEncoding.Q6_K);
    }

    /** All its numbers, a piece at a time. */
    private void compare(StoredTensor stored) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(stored.name() + ".f32"))) {
            assertThat(channel.size()).isEqualTo(stored.elements() * Float.BYTES);
            FloatBuffer expected = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            float[] piece = new float[100_003];
            float[] theirs = new float[piece.length];
            for (long from = 0; from < stored.elements(); from += piece.length) {
                int n = (int) Math.min(piece.length, stored.elements() - from);
                stored.decode(from, n, piece, 0);
                expected.get(theirs, 0, n);
                assertThat(java.util.Arrays.mismatch(piece, 0, n, theirs, 0, n))
                        .as("%s from %d", stored, from)
                        .isEqualTo(-1);
            }
        }
    }
}
