package dev.athanor.engine.train;

/** Counts the rows and the loss of one epoch, and tells the listener a few times a second. */
final class EpochProgress {
    private static final long INTERVAL_NANOS = 250_000_000;

    private final TrainListener listener;
    private final int epoch;
    private final int epochs;
    private final long rowsPerEpoch;
    private final long begin = System.nanoTime();
    private long reported = begin;
    private long reportedRows;
    private long rows;
    private double lossSum;
    private double weightSum;

    /** @param rowsPerEpoch rows of an epoch, or 0 when unknown */
    EpochProgress(TrainListener listener, int epoch, int epochs, long rowsPerEpoch) {
        this.listener = listener;
        this.epoch = epoch;
        this.epochs = epochs;
        this.rowsPerEpoch = rowsPerEpoch;
    }

    /** Share of the whole run that is done once {@code more} rows are, in (0,1]. */
    double share(int more) {
        double within = rowsPerEpoch > 0 ? Math.min(1, (rows + more) / (double) rowsPerEpoch) : 0.5;
        return (epoch - 1 + within) / epochs;
    }

    void add(int more, double loss, double weight) {
        rows += more;
        lossSum += loss;
        weightSum += weight;
        long now = System.nanoTime();
        if (now - reported >= INTERVAL_NANOS) {
            double rate = (rows - reportedRows) * 1e9 / (now - reported);
            long seen = rowsPerEpoch > 0 ? (epoch - 1) * rowsPerEpoch + rows : rows;
            long planned = rowsPerEpoch > 0 ? epochs * rowsPerEpoch : -1;
            double left = planned < 0 ? Double.NaN : Math.max(0, planned - seen) / rate;
            listener.onProgress(new TrainProgress(epoch, epochs, seen, planned, meanLoss(), rate, left));
            reported = now;
            reportedRows = rows;
        }
    }

    long rows() {
        return rows;
    }

    double meanLoss() {
        return weightSum == 0 ? Double.NaN : lossSum / weightSum;
    }

    double seconds() {
        return (System.nanoTime() - begin) / 1e9;
    }
}
