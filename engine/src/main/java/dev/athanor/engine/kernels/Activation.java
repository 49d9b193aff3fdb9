package dev.athanor.engine.kernels;

/** An elementwise function, applied alone or as the last step of a matrix product or convolution. */
public enum Activation {
    /** {@code y = x}. */
    IDENTITY,
    /** {@code y = max(x, 0)}. */
    RELU,
    /** {@code y = x/2 · (1 + erf(x/√2))}, see Hendrycks and Gimpel, arXiv:1606.08415. */
    GELU,
    /** {@code y = tanh(x)}. */
    TANH,
    /** {@code y = 1 / (1 + exp(-x))}. */
    SIGMOID
}
