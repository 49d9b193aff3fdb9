package dev.athanor.engine.kernels;

/** How the weights of a packed product are kept, and what its rows are rounded to where the provider computes in it. */
public enum Precision {
    /** IEEE 754 single precision. */
    FLOAT32("fp32"),
    /** The upper half of single precision, rounded to nearest, ties to even; sums in single precision. */
    BFLOAT16("bf16"),
    /** {@link Int8Matrix Whole numbers of 8 bits}: one scale per column of weights, scale and zero per row; whole sums. */
    INT8("int8");

    private final String code;

    Precision(String code) {
        this.code = code;
    }

    /** Short name: {@code fp32}, {@code bf16}, {@code int8}. */
    public String code() {
        return code;
    }
}
