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
    SIGMOID,
    /** {@code y = x / (1 + exp(-x))}, also called swish, arXiv:1702.03118. */
    SILU,
    /** {@code y = x/2 · (1 + tanh(√(2/π) · (x + 0.044715·x³)))}: the approximation of GELU that GPT-2 and Gemma use. */
    GELU_TANH;

    /** Whether the derivative is computed from the input; of the others it follows from the result. */
    public boolean differentiatesInput() {
        return this == GELU || this == SILU || this == GELU_TANH;
    }
}
