package dev.athanor.engine.nn;

import dev.athanor.engine.kernels.Activation;
import java.util.List;

/**
 * What an architecture is written in, so that it is written once: one implementation declares the parameters, one
 * records the training step on a tape, one plans inference.
 *
 * @param <V> what stands for a batch of rows between two layers
 */
interface Layers<V> {
    /** The dense features (B,D). */
    V dense();

    /** The image (B,H,W,C). */
    V image();

    /** Weighted sum (B,D) of the rows of table {@code <name>.weight} (V,D) that the i-th bag names. */
    V bag(String name, int bag, int width);

    /** A convolution, then pooling: {@code f(pool(norm(x ⋆ w + b)))}; no bias when normalised. */
    V convolution(String name, V x, NetworkSpec.ConvLayer layer, boolean normalize, Activation f);

    /** {@code f(norm(x · w + b))}; no bias when normalised. */
    V linear(String name, V x, int outputs, boolean normalize, Activation f);

    /** {@code x + b}. */
    V bias(String name, V x);

    /** (B,…) as (B,N). */
    V flatten(V x);

    /** Side by side. */
    V join(List<V> parts);

    /** {@code a + b}. */
    V add(V a, V b);

    /** Drops a share of the values in training; nothing in inference. */
    V dropout(V x, double rate);
}
