package dev.athanor.engine.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A trained model as files: {@code athanor.json}, {@code config.json}, {@code encoder.json} and
 * {@code model.safetensors}, data only.
 *
 * <p>Written once, the manifest last, so that a package whose writer died is never taken for a whole one. The manifest
 * holds the sha256 of every other file, and {@code athanor.json.sha256} the manifest's own, which therefore stands for
 * the content of the package.
 */
public final class ModelPackage {
    private static final long JSON_LIMIT = 64L << 20;
    private static final List<String> CONTENT =
            List.of(PackageNames.CONFIG, PackageNames.ENCODER, PackageNames.WEIGHTS);
    private static final String REMEDY = "Restore the package from its source, or train the model again";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ModelPackage() {}

    /**
     * Writes a package.
     *
     * @param manifest what it is; its {@code files} are filled in here
     * @param weights the network's tensors by name
     * @param encoder the encoder's plan, its tensors included
     * @return the sha256 of {@code athanor.json}: the content address of the package
     * @throws AthanorException if a file cannot be written
     */
    public static String write(
            PackageFiles files, Manifest manifest, NetworkSpec spec, Map<String, Tensor> weights, EncoderPlan encoder) {
        try {
            Map<String, String> digests = new TreeMap<>();
            digests.put(PackageNames.CONFIG, writeJson(files, PackageNames.CONFIG, spec));
            digests.put(PackageNames.ENCODER, writeJson(files, PackageNames.ENCODER, encoder));
            Map<String, Tensor> tensors = new LinkedHashMap<>(weights);
            tensors.putAll(encoder.tensors());
            digests.put(
                    PackageNames.WEIGHTS,
                    write(files, PackageNames.WEIGHTS, out -> SafeTensors.write(out, tensors, Map.of("format", "pt"))));
            String digest = writeJson(files, PackageNames.MANIFEST, manifest.withFiles(digests));
            byte[] line = (digest + "  " + PackageNames.MANIFEST + "\n").getBytes(StandardCharsets.UTF_8);
            write(files, PackageNames.MANIFEST_DIGEST, out -> out.write(line));
            return digest;
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot write model package " + files.location(),
                    message(e),
                    "Check permissions and free space there",
                    e);
        }
    }

    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static String writeJson(PackageFiles files, String name, Object value) throws IOException {
        byte[] json = JSON.writeValueAsBytes(value);
        return write(files, name, out -> out.write(json));
    }

    private static String write(PackageFiles files, String name, Content content) throws IOException {
        MessageDigest digest = sha256();
        try (OutputStream out = new DigestOutputStream(files.create(name), digest)) {
            content.writeTo(out);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Checks that every file is there and unchanged.
     *
     * @return the manifest
     * @throws AthanorException naming the file that is missing or damaged
     */
    public static Manifest verify(PackageFiles files) {
        try {
            Manifest manifest = manifest(files);
            for (String name : manifest.files().keySet()) {
                verify(files, manifest, name);
            }
            return manifest;
        } catch (IOException e) {
            throw unreadable(files, e);
        }
    }

    private static void verify(PackageFiles files, Manifest manifest, String name) throws IOException {
        try (InputStream in = open(files, name)) {
            check(files, name, manifest.files().get(name), in);
        }
    }

    /** The manifest, whose own digest is right and which lists what a package must have. */
    private static Manifest manifest(PackageFiles files) throws IOException {
        String wanted = manifestDigest(files);
        byte[] json = bytes(files, PackageNames.MANIFEST);
        check(files, PackageNames.MANIFEST, wanted, new ByteArrayInputStream(json));
        Manifest manifest = parse(files, PackageNames.MANIFEST, json, Manifest.class);
        if (manifest.formatVersion() != Manifest.FORMAT_VERSION) {
            throw new AthanorException(
                    "Cannot load model package " + files.location(),
                    "it is of format " + manifest.formatVersion() + ", this version reads format "
                            + Manifest.FORMAT_VERSION,
                    "Use a version of Athanor that reads it");
        }
        for (String name : CONTENT) {
            if (!manifest.files().containsKey(name)) {
                throw damaged(files, PackageNames.MANIFEST, "it does not list " + name);
            }
        }
        return manifest;
    }

    /**
     * The content address of a package, as {@link #write} returned it, without checking anything else.
     *
     * @throws AthanorException if the package is incomplete
     */
    public static String digest(PackageFiles files) {
        try {
            return manifestDigest(files);
        } catch (IOException e) {
            throw unreadable(files, e);
        }
    }

    /**
     * Verifies a package and packs its weights for {@code kernels}.
     *
     * @throws AthanorException naming the file that is missing, damaged, or does not fit the others
     */
    public static Model load(PackageFiles files, Kernels kernels) {
        try {
            Manifest manifest = manifest(files);
            for (String name : manifest.files().keySet()) {
                if (!CONTENT.contains(name)) {
                    verify(files, manifest, name);
                }
            }
            NetworkSpec spec = parse(files, manifest, PackageNames.CONFIG, NetworkSpec.class);
            EncoderPlan encoder = parse(files, manifest, PackageNames.ENCODER, EncoderPlan.class);
            Map<String, Tensor> weights = new LinkedHashMap<>();
            Map<String, Tensor> tables = new LinkedHashMap<>();
            weights(files, manifest)
                    .forEach((name, tensor) ->
                            (name.startsWith(EncoderPlan.TENSOR_PREFIX) ? tables : weights).put(name, tensor));
            EncoderPlan plan = encoder.withTensors(tables);
            plan.check(manifest.features());
            boolean fits = spec.inputs().equals(plan.layout())
                    && plan.label().task() == manifest.task()
                    && plan.label().classes().equals(manifest.classes())
                    && spec.outputs() == Math.max(1, manifest.classes().size());
            if (!fits) {
                throw damaged(files, PackageNames.ENCODER, "it does not fit config.json and athanor.json");
            }
            return new LoadedModel(manifest, plan, Network.of(spec, weights).prepare(kernels));
        } catch (IOException e) {
            throw unreadable(files, e);
        } catch (IllegalArgumentException e) {
            throw new AthanorException("Cannot load model package " + files.location(), message(e), REMEDY, e);
        }
    }

    /** What is checked is what is parsed: the bytes are read once. */
    private static <T> T parse(PackageFiles files, Manifest manifest, String name, Class<T> type) throws IOException {
        byte[] json = bytes(files, name);
        check(files, name, manifest.files().get(name), new ByteArrayInputStream(json));
        return parse(files, name, json, type);
    }

    private static Map<String, Tensor> weights(PackageFiles files, Manifest manifest) throws IOException {
        String name = PackageNames.WEIGHTS;
        String wanted = manifest.files().get(name);
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(open(files, name), digest)) {
            Map<String, Tensor> tensors;
            try {
                tensors = SafeTensors.read(in, files.size(name), files.location() + "/" + name);
            } catch (AthanorException | IllegalArgumentException e) {
                finish(files, name, wanted, digest, in); // a file that is not the one written is said to be that
                throw e;
            }
            finish(files, name, wanted, digest, in);
            return tensors;
        }
    }

    private static void finish(PackageFiles files, String name, String wanted, MessageDigest digest, InputStream in)
            throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
        check(files, name, wanted, digest);
    }

    private static String manifestDigest(PackageFiles files) throws IOException {
        List<String> names = files.list();
        for (String name : List.of(PackageNames.MANIFEST, PackageNames.MANIFEST_DIGEST)) {
            if (!names.contains(name)) {
                throw new AthanorException(
                        "Cannot load model package " + files.location(), "it has no " + name, REMEDY);
            }
        }
        String line = new String(bytes(files, PackageNames.MANIFEST_DIGEST), StandardCharsets.UTF_8);
        if (!line.matches("[0-9a-f]{64}  " + PackageNames.MANIFEST + "\n")) {
            throw damaged(files, PackageNames.MANIFEST_DIGEST, "it is not a line of sha256sum");
        }
        return line.substring(0, 64);
    }

    private static InputStream open(PackageFiles files, String name) throws IOException {
        PackageNames.checked(name);
        if (!files.list().contains(name)) {
            throw damaged(files, name, "it is missing");
        }
        return new BufferedInputStream(files.open(name), 1 << 16);
    }

    private static byte[] bytes(PackageFiles files, String name) throws IOException {
        long size = files.size(name);
        if (size > JSON_LIMIT) {
            throw damaged(files, name, "it has " + size + " bytes, the limit is " + JSON_LIMIT);
        }
        try (InputStream in = open(files, name)) {
            return in.readNBytes((int) JSON_LIMIT);
        }
    }

    private static void check(PackageFiles files, String name, String wanted, InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        check(files, name, wanted, digest);
    }

    private static void check(PackageFiles files, String name, String wanted, MessageDigest digest) {
        String actual = HexFormat.of().formatHex(digest.digest());
        if (!actual.equals(wanted)) {
            throw damaged(files, name, "its sha256 is " + actual + ", not " + wanted);
        }
    }

    private static <T> T parse(PackageFiles files, String name, byte[] json, Class<T> type) throws IOException {
        try {
            T value = JSON.readValue(json, type);
            if (value == null) {
                throw damaged(files, name, "it is empty");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw damaged(files, name, e.getOriginalMessage());
        }
    }

    private static AthanorException damaged(PackageFiles files, String name, String why) {
        return new AthanorException(
                "Cannot load model package " + files.location(), "file " + name + " is damaged: " + why, REMEDY);
    }

    private static AthanorException unreadable(PackageFiles files, IOException e) {
        return new AthanorException(
                "Cannot load model package " + files.location(), message(e), "Check that the files can be read", e);
    }

    private static String message(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
