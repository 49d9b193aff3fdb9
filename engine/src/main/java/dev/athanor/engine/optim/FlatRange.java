package dev.athanor.engine.optim;

import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.tensor.Tensor;

/** A range of the dense parameters, split where weight decay ends. */
record FlatRange(int from, int middle, int to) {
    static FlatRange of(ParameterSet parameters, int from, int to) {
        return new FlatRange(from, Math.max(from, Math.min(to, parameters.decaying())), to);
    }

    /** The part that decays, of a buffer laid out as the parameters. */
    Tensor decaying(Tensor buffer) {
        return buffer.slice(0, from, middle);
    }

    /** The part that does not. */
    Tensor plain(Tensor buffer) {
        return buffer.slice(0, middle, to);
    }
}
