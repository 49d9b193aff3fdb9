package dev.athanor.engine.optim;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.autodiff.SparseGradient;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Stochastic gradient descent with heavy-ball momentum; biases and norms do not decay, untouched table rows stay. */
public final class SgdMomentum implements Optimizer {
    private final ParameterSet parameters;
    private final double momentum;
    private final double weightDecay;
    private final Tensor velocity;
    private final List<Tensor> tableVelocity = new ArrayList<>();

    /**
     * @param momentum how much of the velocity is kept per step, in [0,1)
     * @param weightDecay added to the gradient per unit of weight
     */
    public SgdMomentum(ParameterSet parameters, double momentum, double weightDecay) {
        this.parameters = parameters;
        this.momentum = momentum;
        this.weightDecay = weightDecay;
        this.velocity = Tensor.zeros(parameters.dtype(), parameters.flat().size());
        for (Parameter table : parameters.tables()) {
            tableVelocity.add(Tensor.zeros(parameters.dtype(), table.tensor().shape()));
        }
    }

    @Override
    public DenseStep dense(Tensor gradient, int from, int to) {
        FlatRange range = FlatRange.of(parameters, from, to);
        DenseStep decaying = part(
                range.decaying(parameters.flat()), range.decaying(gradient), range.decaying(velocity), weightDecay);
        DenseStep plain = part(range.plain(parameters.flat()), range.plain(gradient), range.plain(velocity), 0);
        return (kernels, size) -> {
            decaying.apply(kernels, size);
            plain.apply(kernels, size);
        };
    }

    private DenseStep part(Tensor parameter, Tensor gradient, Tensor v, double decay) {
        if (parameter.size() == 0) {
            return (kernels, size) -> {};
        }
        return (kernels, size) ->
                kernels.sgd(parameter, gradient, v, size.learningRate(), momentum, decay, size.gradientScale());
    }

    @Override
    public void rows(Kernels kernels, int table, SparseGradient gradient, StepSize size) {
        if (gradient.rows().count() == 0) {
            return;
        }
        kernels.sgdRows(
                parameters.tables().get(table).tensor(),
                gradient.rows(),
                gradient.values(),
                tableVelocity.get(table),
                size.learningRate(),
                momentum,
                weightDecay,
                size.gradientScale());
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("velocity", velocity);
        for (int i = 0; i < tableVelocity.size(); i++) {
            state.put("velocity." + parameters.tables().get(i).name(), tableVelocity.get(i));
        }
        return state;
    }
}
