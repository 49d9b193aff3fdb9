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

/**
 * Adam with decoupled weight decay, arXiv:1711.05101; biases and norms do not decay. Of a table only the rows a batch
 * touched move, decay and age ("lazy" Adam).
 */
public final class AdamW implements Optimizer {
    private static final double EPSILON = 1e-8;

    private final ParameterSet parameters;
    private final double beta1;
    private final double beta2;
    private final double weightDecay;
    private final Tensor first;
    private final Tensor second;
    private final List<Tensor> tableFirst = new ArrayList<>();
    private final List<Tensor> tableSecond = new ArrayList<>();

    /** With the customary β of 0.9 and 0.999. */
    public AdamW(ParameterSet parameters, double weightDecay) {
        this(parameters, 0.9, 0.999, weightDecay);
    }

    /**
     * @param beta1 how much of the mean gradient is kept per step
     * @param beta2 how much of the mean squared gradient is kept per step
     * @param weightDecay per unit of learning rate
     */
    public AdamW(ParameterSet parameters, double beta1, double beta2, double weightDecay) {
        this.parameters = parameters;
        this.beta1 = beta1;
        this.beta2 = beta2;
        this.weightDecay = weightDecay;
        this.first = Tensor.zeros(parameters.dtype(), parameters.flat().size());
        this.second = Tensor.zeros(parameters.dtype(), parameters.flat().size());
        for (Parameter table : parameters.tables()) {
            tableFirst.add(Tensor.zeros(parameters.dtype(), table.tensor().shape()));
            tableSecond.add(Tensor.zeros(parameters.dtype(), table.tensor().shape()));
        }
    }

    @Override
    public DenseStep dense(Tensor gradient, int from, int to) {
        FlatRange range = FlatRange.of(parameters, from, to);
        DenseStep decaying = part(
                range.decaying(parameters.flat()),
                range.decaying(gradient),
                range.decaying(first),
                range.decaying(second),
                weightDecay);
        DenseStep plain =
                part(range.plain(parameters.flat()), range.plain(gradient), range.plain(first), range.plain(second), 0);
        return (kernels, size) -> {
            decaying.apply(kernels, size);
            plain.apply(kernels, size);
        };
    }

    private DenseStep part(Tensor parameter, Tensor gradient, Tensor m, Tensor v, double decay) {
        if (parameter.size() == 0) {
            return (kernels, size) -> {};
        }
        return (kernels, size) -> kernels.adamW(
                parameter,
                gradient,
                m,
                v,
                size.learningRate(),
                beta1,
                beta2,
                EPSILON,
                decay,
                size.step(),
                size.gradientScale());
    }

    @Override
    public void rows(Kernels kernels, int table, SparseGradient gradient, StepSize size) {
        if (gradient.rows().count() == 0) {
            return;
        }
        kernels.adamWRows(
                parameters.tables().get(table).tensor(),
                gradient.rows(),
                gradient.values(),
                tableFirst.get(table),
                tableSecond.get(table),
                size.learningRate(),
                beta1,
                beta2,
                EPSILON,
                weightDecay,
                size.step(),
                size.gradientScale());
    }

    @Override
    public Map<String, Tensor> state() {
        Map<String, Tensor> state = new LinkedHashMap<>();
        state.put("first", first);
        state.put("second", second);
        for (int i = 0; i < tableFirst.size(); i++) {
            state.put("first." + parameters.tables().get(i).name(), tableFirst.get(i));
            state.put("second." + parameters.tables().get(i).name(), tableSecond.get(i));
        }
        return state;
    }
}
