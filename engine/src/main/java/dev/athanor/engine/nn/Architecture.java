package dev.athanor.engine.nn;

import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.table.InputLayout;
import java.util.ArrayList;
import java.util.List;

/** The one place that says how a specification becomes layers. */
final class Architecture {
    private Architecture() {}

    /** Builds the network; the result is (B,outputs): logits, or one number. */
    static <V> V build(NetworkSpec spec, Layers<V> layers) {
        return spec.kind().equals("linear") ? linear(spec, layers) : layered(spec, layers);
    }

    private static <V> V linear(NetworkSpec spec, Layers<V> layers) {
        InputLayout inputs = spec.inputs();
        List<V> parts = new ArrayList<>();
        if (inputs.denseWidth() > 0) {
            parts.add(layers.dense());
        }
        if (inputs.image() != null) {
            parts.add(layers.flatten(layers.image()));
        }
        V sum = parts.isEmpty()
                ? null
                : layers.linear("output", layers.join(parts), spec.outputs(), false, Activation.IDENTITY);
        for (int i = 0; i < inputs.bags().size(); i++) {
            V bag = layers.bag("embedding." + i, i, spec.outputs());
            sum = sum == null ? bag : layers.add(sum, bag);
        }
        return parts.isEmpty() ? layers.bias("output", sum) : sum;
    }

    private static <V> V layered(NetworkSpec spec, Layers<V> layers) {
        InputLayout inputs = spec.inputs();
        List<V> parts = new ArrayList<>();
        if (inputs.denseWidth() > 0) {
            parts.add(layers.dense());
        }
        if (inputs.image() != null) {
            parts.add(layers.flatten(convolved(spec, layers)));
        }
        for (int i = 0; i < inputs.bags().size(); i++) {
            if (!spec.direct().contains(i)) {
                parts.add(layers.bag("embedding." + i, i, spec.embedding()));
            }
        }
        V x = layers.dropout(layers.join(parts), spec.inputDropout());
        for (int i = 0; i < spec.hidden().size(); i++) {
            x = layers.linear("hidden." + i, x, spec.hidden().get(i), spec.normalize(), spec.activation());
            x = layers.dropout(x, spec.dropout());
        }
        x = layers.linear("output", x, spec.outputs(), false, Activation.IDENTITY);
        for (int bag : spec.direct()) {
            x = layers.add(x, layers.bag("direct." + bag, bag, spec.outputs()));
        }
        return x;
    }

    private static <V> V convolved(NetworkSpec spec, Layers<V> layers) {
        V x = layers.image();
        for (int i = 0; i < spec.convolutions().size(); i++) {
            x = layers.convolution(
                    "convolutions." + i, x, spec.convolutions().get(i), spec.normalize(), spec.activation());
        }
        return x;
    }
}
