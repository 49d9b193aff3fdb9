package dev.athanor.engine.optim;

import dev.athanor.engine.autodiff.ParameterSet;
import java.util.Locale;

/** The optimizers that a user can choose from, by name. */
public enum OptimizerKind {
    /** {@link AdamW} with the customary β; recipes are written for it. */
    ADAMW {
        @Override
        public double rate(double adamRate) {
            return adamRate;
        }

        @Override
        public double weightDecay(double adamDecay) {
            return adamDecay;
        }

        @Override
        public Optimizer create(ParameterSet parameters, double weightDecay) {
            return new AdamW(parameters, weightDecay);
        }
    },

    /** {@link SgdMomentum} with a momentum of 0.9. */
    SGD {
        // Adam's steps have the size of its rate whatever the gradient is; those of SGD shrink with the gradient.
        private static final double RATE = 10;
        // Decay is part of the gradient here, and so multiplied by the larger rate.
        private static final double DECAY = 0.05;
        private static final double MOMENTUM = 0.9;

        @Override
        public double rate(double adamRate) {
            return adamRate * RATE;
        }

        @Override
        public double weightDecay(double adamDecay) {
            return adamDecay * DECAY;
        }

        @Override
        public Optimizer create(ParameterSet parameters, double weightDecay) {
            return new SgdMomentum(parameters, MOMENTUM, weightDecay);
        }
    };

    /** The rate that stands in for one that does well with AdamW. */
    public abstract double rate(double adamRate);

    /** The weight decay that stands in for one that does well with AdamW. */
    public abstract double weightDecay(double adamDecay);

    /** An optimizer of this kind. */
    public abstract Optimizer create(ParameterSet parameters, double weightDecay);

    /** The kind called {@code adamw} or {@code sgd}. */
    public static OptimizerKind called(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    /** {@code adamw} or {@code sgd}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
