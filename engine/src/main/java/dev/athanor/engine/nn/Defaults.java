package dev.athanor.engine.nn;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.table.InputLayout;
import java.util.ArrayList;
import java.util.List;

/** The architecture and the training recipe of each kind, tuned on the data sets that quality is measured on. */
final class Defaults {
    private Defaults() {}

    static NetworkSpec spec(String kind, InputLayout inputs, int outputs, List<Integer> texts) {
        return switch (kind) {
            case "cnn" -> cnn(inputs, outputs);
            case "text" -> text(inputs, outputs);
            case "mlp" -> mlp(inputs, outputs, texts);
            default -> new NetworkSpec(kind, inputs, outputs, List.of(), 1, List.of(), Activation.RELU, false, 0, 0);
        };
    }

    /**
     * Texts beside other columns go straight to the outputs: as embeddings they would drown what the others say (4,800 news
     * texts with two numbers that change the class: accuracy 0.883, with embeddings 0.812, linear 0.665; with two numbers
     * that mean nothing: 0.896, 0.876, 0.898).
     */
    private static NetworkSpec mlp(InputLayout inputs, int outputs, List<Integer> texts) {
        boolean alone = inputs.denseWidth() == 0
                && inputs.image() == null
                && texts.size() == inputs.bags().size();
        return new NetworkSpec(
                "mlp",
                inputs,
                outputs,
                List.of(),
                32,
                List.of(256, 128),
                Activation.RELU,
                true,
                0,
                0.2,
                alone ? List.of() : texts);
    }

    private static NetworkSpec cnn(InputLayout inputs, int outputs) {
        InputLayout.ImageShape image = inputs.image();
        if (image == null) {
            throw new AthanorException(
                    "Cannot make network of kind cnn",
                    "no feature column holds images",
                    "Choose mlp or auto, or give an image, IDX or two-dimensional vector column");
        }
        List<NetworkSpec.ConvLayer> layers = new ArrayList<>();
        int side = Math.min(image.height(), image.width());
        int filters = side <= 12 ? 32 : 16;
        for (int s = side; s >= 4 && layers.size() < 5; s /= 2) {
            layers.add(new NetworkSpec.ConvLayer(filters, 3, 1, 2));
            filters = Math.min(128, filters * 2);
        }
        if (layers.isEmpty()) {
            layers.add(new NetworkSpec.ConvLayer(filters, 3, 1, 1));
        }
        return new NetworkSpec("cnn", inputs, outputs, layers, 32, List.of(128), Activation.RELU, true, 0, 0.3);
    }

    private static NetworkSpec text(InputLayout inputs, int outputs) {
        if (inputs.bags().isEmpty()) {
            throw new AthanorException(
                    "Cannot make network of kind text",
                    "no feature column holds text",
                    "Choose mlp or auto, or name a text column among the features");
        }
        return new NetworkSpec("text", inputs, outputs, List.of(), 32, List.of(), Activation.RELU, false, 0.3, 0);
    }

    static TrainDefaults training(NetworkSpec spec, long rows) {
        return switch (spec.kind()) {
            case "cnn" ->
                enough(500, 32, rows, new TrainDefaults(epochs(30, rows), 64, 3e-3, 0.1, 1e-2, 0.0, 5, 20, true));
            case "text" ->
                enough(500, 32, rows, new TrainDefaults(epochs(12, rows), 64, 5e-3, 0.1, 1e-2, 0.0, 5, 3, false));
            case "mlp" ->
                enough(
                        1500,
                        32,
                        rows,
                        new TrainDefaults(epochs(40, rows), 64, mlpRate(rows), 0.1, 1e-2, 0.0, 5, 8, false));
            default ->
                enough(
                        1500,
                        16,
                        rows,
                        new TrainDefaults(epochs(30, rows), 64, linearRate(rows), 0.1, 0, 0.0, 5, 5, false));
        };
    }

    /** A linear network of few rows stands few and small steps away from where more would lead it. */
    private static double linearRate(long rows) {
        return isFew(rows) ? 3e-2 : 1e-2;
    }

    /** Of few rows large steps learn the noise before a validation can tell (diabetes: mean R² 0.464, at 2e-3 0.454). */
    private static double mlpRate(long rows) {
        return isFew(rows) ? 1e-3 : 2e-3;
    }

    private static boolean isFew(long rows) {
        return rows > 0 && rows < TrainDefaults.FEW_ROWS;
    }

    /**
     * The recipe with smaller batches and more passes when there are few rows: steps are what teaches, and 105 flowers in
     * 30 passes of 2 steps were known no better than 6 in 10. Patience is a sixth of the steps then.
     *
     * @param steps in all, at least
     * @param batchSize rows per step when they are few
     * @param rows training rows, or 0 when unknown
     */
    private static TrainDefaults enough(int steps, int batchSize, long rows, TrainDefaults many) {
        if (rows == 0) {
            return many;
        }
        int batch = isFew(rows) ? batchSize : many.batchSize();
        long stepsPerEpoch = (rows + batch - 1) / batch;
        return new TrainDefaults(
                Math.max(many.epochs(), passes(steps, stepsPerEpoch)),
                batch,
                many.learningRate(),
                many.warmupShare(),
                many.weightDecay(),
                many.labelSmoothing(),
                many.clipNorm(),
                Math.max(many.patience(), passes(steps / 6, stepsPerEpoch)),
                many.augment());
    }

    private static int passes(int steps, long stepsPerEpoch) {
        return (int) ((steps + stepsPerEpoch - 1) / stepsPerEpoch);
    }

    /** Fewer passes when there are many rows: the number of steps is what counts. */
    private static int epochs(int few, long rows) {
        return rows <= 20_000 ? few : (int) Math.max(3, Math.round(few * Math.pow(20_000.0 / rows, 0.6)));
    }
}
