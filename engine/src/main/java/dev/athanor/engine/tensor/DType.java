package dev.athanor.engine.tensor;

/** Element type of a {@link Tensor}. */
public enum DType {
    /** IEEE 754 single precision: what networks compute in. */
    FLOAT32(4),
    /** IEEE 754 double precision: gradient checks only; no fast kernel exists for it. */
    FLOAT64(8),
    /** Two's complement 32-bit integer: indices and class labels. */
    INT32(4);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** Size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
