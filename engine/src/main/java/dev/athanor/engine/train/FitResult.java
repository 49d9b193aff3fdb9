package dev.athanor.engine.train;

import java.util.List;

/**
 * How a training run went; the network holds the weights of {@code bestEpoch}.
 *
 * @param history every epoch, those before a restart included
 * @param bestEpoch whose weights were kept, from 1
 * @param steps optimizer steps taken
 * @param stoppedEarly whether the validation metric stopped improving before the last planned epoch
 */
public record FitResult(List<EpochMetrics> history, int bestEpoch, long steps, boolean stoppedEarly) {
    public FitResult {
        history = List.copyOf(history);
    }
}
