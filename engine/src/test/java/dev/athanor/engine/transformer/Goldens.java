package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Tiny random models and what PyTorch computes with them, made by {@code src/peer/transformers_goldens.py}. */
public final class Goldens {
    private Goldens() {}

    public static Path folder(String family) {
        try {
            return Path.of(Objects.requireNonNull(Goldens.class.getResource(family), family)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static Map<String, Tensor> tensors(String family) throws IOException {
        Path file = folder(family).resolve("golden.safetensors");
        try (InputStream in = Files.newInputStream(file)) {
            return SafeTensors.read(in, Files.size(file), file.toString());
        }
    }

    /** The sequences that the goldens were computed for. */
    public static TokenBatch batch(Map<String, Tensor> golden) {
        int[] ids = golden.get("input_ids").ints();
        int[] offsets = golden.get("offsets").ints();
        Tensor types = golden.get("token_type_ids");
        TokenBatch batch = new TokenBatch();
        for (int b = 0; b + 1 < offsets.length; b++) {
            int count = offsets[b + 1] - offsets[b];
            int[] sequence = java.util.Arrays.copyOfRange(ids, offsets[b], offsets[b + 1]);
            int[] sequenceTypes = types == null
                    ? new int[count]
                    : java.util.Arrays.copyOfRange(types.ints(), offsets[b], offsets[b + 1]);
            batch.add(sequence, sequenceTypes, count);
        }
        return batch;
    }

    /** Fails unless the largest difference is within {@code tolerance} of the largest expected value. */
    public static void assertClose(String what, Tensor actual, Tensor expected, double tolerance) {
        float[] a = actual.toFloats();
        float[] e = expected.toFloats();
        assertThat(a).as(what).hasSameSizeAs(e);
        double largest = 0;
        double difference = 0;
        for (int i = 0; i < e.length; i++) {
            largest = Math.max(largest, Math.abs(e[i]));
            double d = Math.abs(a[i] - e[i]);
            difference = Double.isNaN(d) ? Double.POSITIVE_INFINITY : Math.max(difference, d);
        }
        assertThat(difference / largest).as(what).isLessThan(tolerance);
    }
}
