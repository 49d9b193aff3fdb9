package dev.athanor.engine.train;

import dev.athanor.engine.autodiff.ParameterSet;
import dev.athanor.engine.autodiff.SparseGradient;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.optim.Optimizer;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters one worker answers for in the second half of a step: it sums their gradients over all workers, in the
 * order of the workers, and steps them. Shares do not overlap, so no lock is needed and the bits do not depend on timing.
 */
final class StepShare {
    private static final int ALIGN = 16;

    private final int index;
    private final int shares;
    private final Kernels kernels;
    private final Optimizer optimizer;
    private final Optimizer.DenseStep dense;
    private final List<Tensor> parts = new ArrayList<>();
    private final List<List<SparseGradient>> sources = new ArrayList<>();
    private final List<SparseGradient> merged = new ArrayList<>();
    private double sumOfSquares;

    StepShare(List<Learner> learners, ParameterSet parameters, Optimizer optimizer, int index, Kernels kernels) {
        this.index = index;
        this.shares = learners.size();
        this.kernels = kernels;
        this.optimizer = optimizer;
        int lines = parameters.flat().size() / ALIGN;
        int from = (int) ((long) lines * index / shares) * ALIGN;
        int to = (int) ((long) lines * (index + 1) / shares) * ALIGN;
        Tensor total = learners.get(0).gradients().flat();
        this.dense = optimizer.dense(total, from, to);
        for (Learner learner : learners) {
            parts.add(learner.gradients().flat().slice(0, from, to));
        }
        for (var table : parameters.tables()) {
            List<SparseGradient> of = new ArrayList<>();
            for (Learner learner : learners) {
                of.add(learner.gradients().ofTable(table));
            }
            sources.add(of);
            merged.add(shares == 1 ? of.get(0) : new SparseGradient(table.tensor()));
        }
    }

    /** Sums this share over all workers; with {@code norm}, also the squares of what results. */
    void reduce(boolean norm) {
        for (int w = 1; w < parts.size(); w++) {
            kernels.axpy(1, parts.get(w), parts.get(0));
        }
        sumOfSquares = norm ? kernels.sumOfSquares(parts.get(0)) : 0;
        for (int t = 0; t < merged.size(); t++) {
            if (shares > 1) {
                merged.get(t).merge(sources.get(t), index, shares);
            }
            if (norm) {
                sumOfSquares += kernels.sumOfSquares(merged.get(t).values());
            }
        }
    }

    double sumOfSquares() {
        return sumOfSquares;
    }

    /** Steps this share. */
    void update(Optimizer.StepSize size) {
        dense.apply(kernels, size);
        for (int t = 0; t < merged.size(); t++) {
            optimizer.rows(kernels, t, merged.get(t), size);
        }
    }
}
