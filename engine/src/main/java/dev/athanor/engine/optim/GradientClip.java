package dev.athanor.engine.optim;

/** Clipping by the norm of all gradients together, arXiv:1211.5063. */
public final class GradientClip {
    private GradientClip() {}

    /**
     * What to multiply gradients with so that their norm is at most {@code limit}.
     *
     * @param sumOfSquares of all gradients
     * @param limit largest norm, or 0 for none
     */
    public static double scale(double sumOfSquares, double limit) {
        double norm = Math.sqrt(sumOfSquares);
        return limit > 0 && norm > limit ? limit / norm : 1;
    }
}
