package dev.athanor.engine.autodiff;

import dev.athanor.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One worker's gradients of a {@link ParameterSet}, laid out as the parameters are.
 *
 * <p>They are sums over the batch's rows, not means: whoever steps divides once by the total weight of the rows, over
 * all workers.
 */
public final class Gradients {
    private final Tensor flat;
    private final Map<String, Tensor> dense = new LinkedHashMap<>();
    private final Map<String, SparseGradient> sparse = new LinkedHashMap<>();

    public Gradients(ParameterSet parameters) {
        this.flat = Tensor.zeros(parameters.dtype(), parameters.flat().size());
        for (Parameter p : parameters.dense()) {
            dense.put(p.name(), parameters.viewOf(p, flat));
        }
        for (Parameter p : parameters.tables()) {
            sparse.put(p.name(), new SparseGradient(p.tensor()));
        }
    }

    /** (P): gradients of all dense parameters, in the order of {@link ParameterSet#flat()}. */
    public Tensor flat() {
        return flat;
    }

    /** Gradient of a dense parameter, a view of {@link #flat()}. */
    public Tensor of(Parameter parameter) {
        return dense.get(parameter.name());
    }

    /** Gradient of an embedding table. */
    public SparseGradient ofTable(Parameter table) {
        return sparse.get(table.name());
    }
}
