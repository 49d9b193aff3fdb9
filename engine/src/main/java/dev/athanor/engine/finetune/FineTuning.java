package dev.athanor.engine.finetune;

import dev.athanor.engine.nn.TrainDefaults;

/** The recipe of fine-tuning, tuned on the data sets that quality is measured on. */
public final class FineTuning {
    private static final int BATCH = 32;
    private static final int STEPS = 300;

    private FineTuning() {}

    /**
     * The defaults: few passes at a rate far below that of a network that begins from nothing, higher where only adapters
     * learn.
     *
     * @param rank of adapters; 0 when all weights are trained
     * @param rows training rows
     */
    public static TrainDefaults defaults(int rank, long rows) {
        int batch = rows < TrainDefaults.FEW_ROWS ? BATCH / 2 : BATCH;
        long stepsPerEpoch = Math.max(1, (rows + batch - 1) / batch);
        int epochs = (int) Math.max(rows > 100_000 ? 1 : 3, Math.min(30, (STEPS + stepsPerEpoch - 1) / stepsPerEpoch));
        return new TrainDefaults(
                epochs, batch, rank > 0 ? 5e-4 : 1e-4, 0.1, 1e-2, 0, 1, Math.max(2, epochs / 4), false);
    }
}
