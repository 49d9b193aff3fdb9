package dev.athanor.engine.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Writes the files of one package and keeps their digests for the manifest, which comes last. */
final class PackageWriter {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final PackageFiles files;
    private final Map<String, String> digests = new TreeMap<>();

    PackageWriter(PackageFiles files) {
        this.files = files;
    }

    /** What a file holds. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** The files of a package, in any order. */
    interface Contents {
        void writeTo(PackageWriter writer) throws IOException;
    }

    /**
     * Writes a package: its content, then the manifest, then the manifest's digest.
     *
     * @return the sha256 of the manifest
     */
    static String write(PackageFiles files, Manifest manifest, Contents contents) {
        PackageWriter writer = new PackageWriter(files);
        try {
            contents.writeTo(writer);
            Manifest complete = manifest.withFiles(writer.digests);
            writer.json(PackageNames.MANIFEST, complete);
            String digest = writer.digests.get(PackageNames.MANIFEST);
            byte[] line = (digest + "  " + PackageNames.MANIFEST + "\n").getBytes(StandardCharsets.UTF_8);
            writer.file(PackageNames.MANIFEST_DIGEST, out -> out.write(line));
            return digest;
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot write model package " + files.location(),
                    PackageReader.message(e),
                    "Check permissions and free space there",
                    e);
        }
    }

    void json(String name, Object value) throws IOException {
        byte[] json = JSON.writeValueAsBytes(value);
        file(name, out -> out.write(json));
    }

    void file(String name, Content content) throws IOException {
        MessageDigest digest = PackageReader.sha256();
        try (OutputStream out = new DigestOutputStream(files.create(name), digest)) {
            content.writeTo(out);
        }
        digests.put(name, HexFormat.of().formatHex(digest.digest()));
    }
}
