package dev.athanor.engine.optim;

/**
 * A learning rate that rises in a straight line to its peak and falls along half a cosine (arXiv:1608.03983).
 *
 * @param peak highest rate
 * @param warmupShare share of the run over which it rises, in [0,1)
 * @param floorShare the rate at the end, as a share of the peak
 */
public record WarmupCosine(double peak, double warmupShare, double floorShare) {
    public WarmupCosine {
        if (!(peak > 0) || !(warmupShare >= 0 && warmupShare < 1) || !(floorShare >= 0 && floorShare <= 1)) {
            throw new IllegalArgumentException("Cannot make schedule: peak " + peak + ", warm-up " + warmupShare
                    + ", floor " + floorShare + " (peak above 0, warm-up in [0,1), floor in [0,1])");
        }
    }

    /**
     * The rate of a step.
     *
     * @param progress share of the run done when the step ends, in (0,1]
     */
    public double rate(double progress) {
        if (progress < warmupShare) {
            return peak * progress / warmupShare;
        }
        double fall = Math.min(1, (progress - warmupShare) / (1 - warmupShare));
        return peak * (floorShare + (1 - floorShare) * 0.5 * (1 + Math.cos(Math.PI * fall)));
    }
}
