package dev.athanor.engine.model;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.NetworkChoice;
import dev.athanor.engine.table.Task;
import java.util.List;
import java.util.regex.Pattern;

/** The files of a package, and which names a file may have at all. */
public final class PackageNames {
    /** What the package is: {@link Manifest}. */
    public static final String MANIFEST = "athanor.json";

    /** The sha256 of {@link #MANIFEST}, in the form that {@code sha256sum -c} reads; written last. */
    public static final String MANIFEST_DIGEST = "athanor.json.sha256";

    /** The network's specification. */
    public static final String CONFIG = "config.json";

    /** The encoder's plan. */
    public static final String ENCODER = "encoder.json";

    /** The network's weights and the encoder's large tables. */
    public static final String WEIGHTS = "model.safetensors";

    /** The tokenizer of a transformer. */
    public static final String TOKENIZER = "tokenizer.json";

    /** How a transformer's hidden states become one vector. */
    public static final String EMBEDDING = "embedding.json";

    /** How weights were made smaller, where they were. */
    public static final String QUANTIZATION = "quantization.json";

    /** A decoder with its tokenizer in one file, as it came. */
    public static final String GGUF = "model.gguf";

    /** What a decoder's files say of generating with it. */
    public static final String GENERATION = "generation.json";

    /** A graph, as it came; tensors that it keeps elsewhere are in files beside it. */
    public static final String ONNX = "model.onnx";

    /** How rows and texts meet a graph. */
    public static final String ONNX_SETTINGS = "onnx.json";

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    private PackageNames() {}

    /** The files that every package like this has beside its manifest. */
    static List<String> content(Manifest manifest) {
        if (manifest.network().equals(OnnxPackage.NETWORK)) {
            return manifest.task() == Task.EMBEDDING
                    ? List.of(EMBEDDING, ONNX, ONNX_SETTINGS, TOKENIZER)
                    : List.of(ONNX, ONNX_SETTINGS);
        }
        return switch (manifest.task()) {
            case EMBEDDING -> List.of(CONFIG, EMBEDDING, TOKENIZER, WEIGHTS);
            case GENERATION -> List.of(GENERATION); // and either the GGUF file or the three of a folder
            case CLASSIFICATION, REGRESSION ->
                manifest.network().equals(NetworkChoice.TRANSFORMER)
                        ? List.of(CONFIG, EMBEDDING, ENCODER, TOKENIZER, WEIGHTS)
                        : List.of(CONFIG, ENCODER, WEIGHTS);
        };
    }

    /**
     * The name, when it is a plain file name: letters, digits, dot, hyphen and underscore, at most 128.
     *
     * @throws AthanorException for any other, above all those with separators or a leading dot
     */
    public static String checked(String name) {
        if (!PLAIN.matcher(name).matches()) {
            throw new AthanorException(
                    "Cannot open file '" + name + "' of model package",
                    "it is not a plain file name",
                    "Names have letters, digits, '.', '-' and '_' only");
        }
        return name;
    }
}
