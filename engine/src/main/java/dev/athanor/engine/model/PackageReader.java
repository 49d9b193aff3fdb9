package dev.athanor.engine.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the files of one package, each checked against the digest that the manifest has for it. */
final class PackageReader {
    static final String REMEDY = "Restore the package from its source, or train the model again";

    private static final long JSON_LIMIT = 128L << 20;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final PackageFiles files;

    PackageReader(PackageFiles files) {
        this.files = files;
    }

    /** The manifest, whose own digest is right and which lists what a package of its task must have. */
    Manifest manifest() throws IOException {
        String wanted = manifestDigest();
        byte[] json = bytes(PackageNames.MANIFEST);
        check(PackageNames.MANIFEST, wanted, new ByteArrayInputStream(json));
        Manifest manifest = parse(PackageNames.MANIFEST, json, Manifest.class);
        if (manifest.formatVersion() != Manifest.FORMAT_VERSION) {
            throw new AthanorException(
                    "Cannot load model package " + files.location(),
                    "it is of format " + manifest.formatVersion() + ", this version reads format "
                            + Manifest.FORMAT_VERSION,
                    "Use a version of Athanor that reads it");
        }
        for (String name : PackageNames.content(manifest)) {
            if (!manifest.files().containsKey(name)) {
                throw damaged(PackageNames.MANIFEST, "it does not list " + name);
            }
        }
        return manifest;
    }

    /** Checks a file. */
    void verify(Manifest manifest, String name) throws IOException {
        try (InputStream in = open(name)) {
            check(name, manifest.files().get(name), in);
        }
    }

    /** Checks the files beside those that every package like this has, which are checked when they are read. */
    void verifyOthers(Manifest manifest) throws IOException {
        for (String name : manifest.files().keySet()) {
            if (!PackageNames.content(manifest).contains(name)) {
                verify(manifest, name);
            }
        }
    }

    /** A file's content. What is checked is what is returned: the bytes are read once. */
    byte[] bytes(Manifest manifest, String name) throws IOException {
        byte[] content = bytes(name);
        check(name, manifest.files().get(name), new ByteArrayInputStream(content));
        return content;
    }

    /** A JSON file. */
    <T> T parse(Manifest manifest, String name, Class<T> type) throws IOException {
        return parse(name, bytes(manifest, name), type);
    }

    Map<String, Tensor> tensors(Manifest manifest, String name) throws IOException {
        String wanted = manifest.files().get(name);
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(open(name), digest)) {
            Map<String, Tensor> tensors;
            try {
                tensors = SafeTensors.read(in, files.size(name), location(name));
            } catch (IllegalArgumentException e) {
                finish(name, wanted, digest, in); // a file that is not the one written is said to be that
                throw e;
            }
            finish(name, wanted, digest, in);
            return tensors;
        }
    }

    /**
     * A file on this machine, to be mapped into memory: where it lies, or a copy in a folder of copies by content, which
     * all processes of the machine share.
     */
    Path local(Manifest manifest, String name) throws IOException {
        String wanted = manifest.files().get(name);
        Optional<Path> own = files.path(PackageNames.checked(name));
        if (own.isPresent()) {
            verify(manifest, name);
            return own.get();
        }
        Path copies = Path.of(System.getProperty("java.io.tmpdir"), "athanor-weights");
        Path copy = copies.resolve(PackageNames.checked(String.valueOf(wanted)));
        if (!Files.exists(copy)) {
            Files.createDirectories(copies);
            Path part = Files.createTempFile(copies, "part", null);
            try (InputStream in = open(name)) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, copy, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
        }
        try (InputStream in = Files.newInputStream(copy)) {
            check(name, wanted, in);
        } catch (AthanorException e) {
            Files.deleteIfExists(copy);
            throw e;
        }
        return copy;
    }

    private void finish(String name, String wanted, MessageDigest digest, InputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
        check(name, wanted, digest);
    }

    String manifestDigest() throws IOException {
        List<String> names = files.list();
        for (String name : List.of(PackageNames.MANIFEST, PackageNames.MANIFEST_DIGEST)) {
            if (!names.contains(name)) {
                throw new AthanorException(
                        "Cannot load model package " + files.location(), "it has no " + name, REMEDY);
            }
        }
        String line = new String(bytes(PackageNames.MANIFEST_DIGEST), StandardCharsets.UTF_8);
        if (!line.matches("[0-9a-f]{64}  " + PackageNames.MANIFEST + "\n")) {
            throw damaged(PackageNames.MANIFEST_DIGEST, "it is not a line of sha256sum");
        }
        return line.substring(0, 64);
    }

    private InputStream open(String name) throws IOException {
        PackageNames.checked(name);
        if (!files.list().contains(name)) {
            throw damaged(name, "it is missing");
        }
        return new BufferedInputStream(files.open(name), 1 << 16);
    }

    private byte[] bytes(String name) throws IOException {
        long size = files.size(name);
        if (size > JSON_LIMIT) {
            throw damaged(name, "it has " + size + " bytes, the limit is " + JSON_LIMIT);
        }
        try (InputStream in = open(name)) {
            return in.readNBytes((int) JSON_LIMIT);
        }
    }

    private void check(String name, String wanted, InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        check(name, wanted, digest);
    }

    private void check(String name, String wanted, MessageDigest digest) {
        String actual = HexFormat.of().formatHex(digest.digest());
        if (!actual.equals(wanted)) {
            throw damaged(name, "its sha256 is " + actual + ", not " + wanted);
        }
    }

    private <T> T parse(String name, byte[] json, Class<T> type) throws IOException {
        try {
            T value = JSON.readValue(json, type);
            if (value == null) {
                throw damaged(name, "it is empty");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw damaged(name, e.getOriginalMessage());
        }
    }

    /** Where a file is, for messages. */
    String location(String name) {
        return files.location() + "/" + name;
    }

    AthanorException damaged(String name, String why) {
        return new AthanorException(
                "Cannot load model package " + files.location(), "file " + name + " is damaged: " + why, REMEDY);
    }

    AthanorException unreadable(IOException e) {
        return new AthanorException(
                "Cannot load model package " + files.location(), message(e), "Check that the files can be read", e);
    }

    static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
