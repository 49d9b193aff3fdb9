package dev.athanor.engine.nn;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A network as training sees it: what it reads, what it learns, how a step of it is recorded, how it is made ready to run. */
public interface Trainable {
    /** Its architecture as data that can be written as JSON: a run goes on only with one that says the same. */
    Object spec();

    /** What it reads of a row. */
    InputLayout inputs();

    /** Whether it normalises by the statistics of a batch, of which one row has none. */
    boolean normalizesBatches();

    ParameterSet parameters();

    /** The parameters by name, in the order of declaration, shared, not copied. */
    default Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (Parameter p : parameters().all()) {
            tensors.put(p.name(), p.tensor());
        }
        return tensors;
    }

    /**
     * Records a worker's step.
     *
     * @param batch read in place at every replay
     * @param seed of dropout
     */
    TrainingStep step(Kernels kernels, EncodedBatch batch, Objective objective, long seed);

    /** Packs the weights as they are now; later training does not change the result. */
    RowModel prepare(Kernels kernels);
}
