package dev.athanor.engine.train;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A second set of a network's values: the best epoch's weights, running statistics included. */
final class WeightCopy {
    private final ParameterSet parameters;
    private final Map<String, Tensor> values = new LinkedHashMap<>();

    WeightCopy(ParameterSet parameters) {
        this.parameters = parameters;
        for (Parameter p : parameters.all()) {
            values.put(p.name(), Tensor.zeros(p.tensor().dtype(), p.tensor().shape()));
        }
    }

    /** Takes the network's values as they are now. */
    void take() {
        for (Parameter p : parameters.all()) {
            copy(p.tensor(), values.get(p.name()));
        }
    }

    /** Gives the network the values taken. */
    void restore() {
        for (Parameter p : parameters.all()) {
            copy(values.get(p.name()), p.tensor());
        }
    }

    Map<String, Tensor> values() {
        return values;
    }

    private static void copy(Tensor from, Tensor to) {
        System.arraycopy(from.floats(), from.offset(), to.floats(), to.offset(), from.size());
    }
}
