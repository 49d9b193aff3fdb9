package dev.athanor.spark.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.table.Task;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Packages that a registry takes, with files that no engine would. */
public final class TestPackages {
    private TestPackages() {}

    /** Writes a whole package whose weights are a text. */
    public static void fill(PackageFiles files, String weights) throws IOException {
        Map<String, String> sums = Map.of(
                "config.json", write(files, "config.json", "{}"),
                "encoder.json", write(files, "encoder.json", "{}"),
                "model.safetensors", write(files, "model.safetensors", weights));
        Manifest manifest = new Manifest(
                Manifest.FORMAT_VERSION,
                Task.CLASSIFICATION,
                "mlp",
                "a test said so",
                List.of(),
                "class",
                "string",
                List.of("a", "b"),
                Map.of("accuracy", 0.5),
                1,
                0,
                0,
                new Manifest.Lineage("t", 3, null, 42, "0", "run", "2026-11-23T00:00:00Z", 10),
                sums);
        String sum = write(files, "athanor.json", new ObjectMapper().writeValueAsString(manifest));
        write(files, "athanor.json.sha256", sum + "  athanor.json\n");
    }

    private static String write(PackageFiles files, String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        try (OutputStream out = files.create(name)) {
            out.write(content);
        }
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
