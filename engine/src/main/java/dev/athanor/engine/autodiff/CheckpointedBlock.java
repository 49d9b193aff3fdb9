package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import java.util.List;

/** A run of ops on a tape whose values are computed again for the backward pass, see {@link Tape#checkpoint}. */
final class CheckpointedBlock {
    private final int first;
    private int end;

    CheckpointedBlock(int first) {
        this.first = first;
    }

    void end(int index) {
        end = index;
    }

    /** Index of the last op. */
    int last() {
        return end - 1;
    }

    void forward(List<Op> ops, Kernels kernels) {
        for (int i = first; i < end; i++) {
            ops.get(i).forward(kernels);
        }
    }
}
