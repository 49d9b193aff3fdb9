package dev.athanor.engine.nn;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.text.NearestName;
import java.util.List;

/**
 * A network's architecture as data, written as {@code config.json}; with the weights it is the whole network.
 *
 * <p>Every kind reads every part of the layout. {@code linear} sends each part straight to the outputs and adds. The
 * others bring each part to a row of numbers (dense as it is, an image through the convolutions if there are any, each
 * bag through an embedding table of its own), join them, and pass them through the hidden layers; the bags named in
 * {@code direct} go straight to the outputs instead, where they are added (Cheng et al., arXiv:1606.07792).
 *
 * @param kind {@code linear}, {@code mlp}, {@code cnn} or {@code text}: where the defaults came from
 * @param inputs what it reads
 * @param outputs values per row: classes, or 1 for a number
 * @param convolutions layers an image passes first
 * @param embedding D, width of each bag's embedding
 * @param hidden widths of the hidden layers
 * @param activation after each convolution and hidden layer
 * @param normalize whether convolutions and hidden layers have batch normalisation
 * @param inputDropout share of the joined features dropped in training
 * @param dropout share of each hidden layer dropped in training
 * @param direct indices of the bags that pass no hidden layer; none in packages written before there was a choice
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NetworkSpec(
        String kind,
        InputLayout inputs,
        int outputs,
        List<ConvLayer> convolutions,
        int embedding,
        List<Integer> hidden,
        Activation activation,
        boolean normalize,
        double inputDropout,
        double dropout,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> direct) {

    /** Every kind there is. */
    public static final List<String> KINDS = List.of("linear", "mlp", "cnn", "text");

    public NetworkSpec {
        convolutions = List.copyOf(convolutions);
        hidden = List.copyOf(hidden);
        direct = direct == null ? List.of() : List.copyOf(direct);
        if (!KINDS.contains(kind)) {
            throw new AthanorException(
                    "Cannot make network of kind " + kind,
                    "there are " + String.join(", ", KINDS),
                    NearestName.of(kind, KINDS)
                            .map(n -> "Choose one of them, perhaps " + n)
                            .orElse("Choose one of them"));
        }
        if (outputs < 1) {
            throw new IllegalArgumentException(
                    "Cannot make network with " + outputs + " outputs: at least 1 is needed");
        }
        if (inputs.denseWidth() == 0 && inputs.image() == null && inputs.bags().isEmpty()) {
            throw new AthanorException(
                    "Cannot make network", "the rows have no feature", "Name at least one feature column");
        }
        if (direct.stream().anyMatch(i -> i < 0 || i >= inputs.bags().size())
                || direct.stream().distinct().count() < direct.size()
                || (inputs.denseWidth() == 0
                        && inputs.image() == null
                        && direct.size() == inputs.bags().size())) {
            throw new IllegalArgumentException("Cannot make network whose bags " + direct + " of "
                    + inputs.bags().size() + " pass no hidden layer: each is named once, and something else must pass");
        }
    }

    /** A network whose bags all pass the hidden layers. */
    public NetworkSpec(
            String kind,
            InputLayout inputs,
            int outputs,
            List<ConvLayer> convolutions,
            int embedding,
            List<Integer> hidden,
            Activation activation,
            boolean normalize,
            double inputDropout,
            double dropout) {
        this(
                kind,
                inputs,
                outputs,
                convolutions,
                embedding,
                hidden,
                activation,
                normalize,
                inputDropout,
                dropout,
                List.of());
    }

    /**
     * A convolution, then a maximum over windows.
     *
     * @param filters F, channels of the result
     * @param kernel side of the window, pixels
     * @param padding zeros on every side, pixels
     * @param pool side of the pooling window and its step, pixels; 1 for none
     */
    public record ConvLayer(int filters, int kernel, int padding, int pool) {
        public ConvLayer {
            if (filters < 1 || kernel < 1 || padding < 0 || pool < 1) {
                throw new IllegalArgumentException("Cannot make convolution with " + filters + " filters, window "
                        + kernel + ", padding " + padding + " and pooling " + pool
                        + ": padding is at least 0, the others at least 1");
            }
        }

        Convolution shape(int height, int width, int channels) {
            return new Convolution(height, width, channels, kernel, kernel, filters, 1, padding);
        }
    }

    /** The default architecture of a kind when none of the bags is known to be text. */
    public static NetworkSpec defaults(String kind, InputLayout inputs, int outputs) {
        return defaults(kind, inputs, outputs, List.of());
    }

    /**
     * The default architecture of a kind.
     *
     * @param texts indices of the bags that are texts: beside other columns they pass no hidden layer of an mlp
     * @throws AthanorException if the kind needs an input that the rows lack
     */
    public static NetworkSpec defaults(String kind, InputLayout inputs, int outputs, List<Integer> texts) {
        return Defaults.spec(kind, inputs, outputs, texts);
    }
}
