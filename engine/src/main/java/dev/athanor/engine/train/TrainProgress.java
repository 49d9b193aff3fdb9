package dev.athanor.engine.train;

/**
 * Where a run stands.
 *
 * @param epoch current epoch, from 1
 * @param epochs planned epochs
 * @param rowsSeen training rows processed so far, over all epochs
 * @param rowsPlanned training rows that all planned epochs process; -1 until the first epoch has ended
 * @param loss running mean of the training loss
 * @param rowsPerSecond of the last seconds
 * @param secondsLeft estimate to the last planned epoch; NaN until known
 */
public record TrainProgress(
        int epoch,
        int epochs,
        long rowsSeen,
        long rowsPlanned,
        double loss,
        double rowsPerSecond,
        double secondsLeft) {}
