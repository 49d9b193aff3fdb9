package dev.athanor.spark.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.PackageFiles;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the registry reads from a package before it is registered, every file's sha256 having been checked.
 *
 * @param digest sha256 of {@code athanor.json}
 * @param task what it predicts
 * @param network kind of network
 * @param metrics validation metrics
 * @param manifest {@code athanor.json}
 */
record PackageCheck(String digest, String task, String network, Map<String, Double> metrics, String manifest) {
    private static final String MANIFEST = "athanor.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** @throws AthanorException when the package is not complete and unharmed */
    static PackageCheck of(PackageFiles files) throws IOException {
        List<String> names = files.list();
        if (!names.contains(MANIFEST)) {
            throw refused(files, "it has no " + MANIFEST);
        }
        byte[] manifest;
        try (InputStream in = files.open(MANIFEST)) {
            manifest = in.readAllBytes();
        }
        JsonNode tree;
        try {
            tree = JSON.readTree(manifest);
        } catch (JsonProcessingException e) {
            throw refused(files, MANIFEST + " is not JSON");
        }
        Map<String, String> sums = new LinkedHashMap<>();
        tree.path("files")
                .properties()
                .forEach(f -> sums.put(f.getKey(), f.getValue().asText()));
        for (Map.Entry<String, String> sum : sums.entrySet()) {
            if (!names.contains(sum.getKey())) {
                throw refused(files, "its file " + sum.getKey() + " is missing");
            }
            try (InputStream in = files.open(sum.getKey())) {
                String found = sha256(in);
                if (!found.equals(sum.getValue())) {
                    throw refused(
                            files,
                            sum.getKey() + " has sha256 " + found + " and not " + sum.getValue() + " as written");
                }
            }
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        tree.path("metrics")
                .properties()
                .forEach(m -> metrics.put(m.getKey(), m.getValue().asDouble()));
        return new PackageCheck(
                HexFormat.of().formatHex(sha256().digest(manifest)),
                tree.path("task").asText(),
                tree.path("network").asText(),
                metrics,
                tree.toString());
    }

    private static AthanorException refused(PackageFiles files, String reason) {
        return new AthanorException(
                "Cannot register the package " + files.location(), reason, "Write it again; do not change its files");
    }

    private static String sha256(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
