package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;

/**
 * What a matrix product does to its result while it is still in registers: {@code activation(product + bias + residual)}.
 *
 * @param bias one value per column (N), or null
 * @param activation applied after bias and residual
 * @param residual added elementwise, the shape of the result (M,N), or null
 */
public record Epilogue(Tensor bias, Activation activation, Tensor residual) {
    /** The product as it is. */
    public static final Epilogue NONE = new Epilogue(null, Activation.IDENTITY, null);

    /** {@code product + bias}. */
    public static Epilogue bias(Tensor bias) {
        return new Epilogue(bias, Activation.IDENTITY, null);
    }

    /** {@code activation(product + bias)}. */
    public static Epilogue bias(Tensor bias, Activation activation) {
        return new Epilogue(bias, activation, null);
    }

    /** Whether it leaves the product as it is. */
    public boolean isNone() {
        return bias == null && residual == null && activation == Activation.IDENTITY;
    }
}
