package dev.athanor.engine.format;

/**
 * How the elements of a stored tensor are written: numbers one by one, or blocks of a row that share a scale.
 *
 * <p>The blocks are those of <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF</a>; all values are
 * little-endian.
 */
public enum TensorEncoding {
    /** IEEE 754 double precision. */
    F64(1, 8, false),
    /** IEEE 754 single precision. */
    F32(1, 4, false),
    /** IEEE 754 half precision. */
    F16(1, 2, false),
    /** The upper half of single precision. */
    BF16(1, 2, false),
    I64(1, 8, true),
    I32(1, 4, true),
    I16(1, 2, true),
    I8(1, 1, true),
    U8(1, 1, true),
    /** A byte, 0 or 1. */
    BOOL(1, 1, true),
    /** Scale; 32 numbers of 4 bits from -8. */
    Q4_0(32, 18, false),
    /** Scale and least value; 32 numbers of 4 bits. */
    Q4_1(32, 20, false),
    /** Scale; 32 numbers of 5 bits from -16. */
    Q5_0(32, 22, false),
    /** Scale and least value; 32 numbers of 5 bits. */
    Q5_1(32, 24, false),
    /** Scale; 32 numbers of 8 bits. */
    Q8_0(32, 34, false),
    /** Eight scales and least values of 6 bits; 256 numbers of 4 bits. */
    Q4_K(256, 144, false),
    /** Eight scales and least values of 6 bits; 256 numbers of 5 bits. */
    Q5_K(256, 176, false),
    /** Sixteen scales of 8 bits; 256 numbers of 6 bits from -32. */
    Q6_K(256, 210, false);

    private final int blockElements;
    private final int blockBytes;
    private final boolean integer;

    TensorEncoding(int blockElements, int blockBytes, boolean integer) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.integer = integer;
    }

    /** Elements of one block; 1 where each stands by itself. */
    public int blockElements() {
        return blockElements;
    }

    /** Bytes of one block. */
    public int blockBytes() {
        return blockBytes;
    }

    /** Whether elements are whole numbers. */
    public boolean isInteger() {
        return integer;
    }

    /** Bytes of so many elements, which must fill their blocks. */
    public long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw new IllegalArgumentException(
                    "Cannot size " + elements + " elements of " + this + ": a block has " + blockElements);
        }
        return Math.multiplyExact(elements / blockElements, blockBytes);
    }
}
