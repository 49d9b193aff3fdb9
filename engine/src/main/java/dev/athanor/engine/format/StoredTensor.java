package dev.athanor.engine.format;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.BlockWeights;
import dev.athanor.engine.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * A tensor that stays where it is stored: its bytes are mapped into memory when they are first asked for, and decoded as
 * far as they are needed.
 *
 * <p>Safe for use by many threads. The mapping is shared with every process that maps the file, lasts until the tensor
 * and all its buffers are unreachable, and outlives the closing of its {@link WeightFile}. A file that is cut short while
 * it is mapped fails the reads that reach its missing part with an {@link InternalError} of the JVM: write new weights
 * into a new file.
 */
public final class StoredTensor {
    /** Most bytes of one tensor: what one buffer addresses. */
    static final long BYTES_LIMIT = Integer.MAX_VALUE;

    private static final int ARRAY_LIMIT = Integer.MAX_VALUE - 8;

    private final String name;
    private final TensorEncoding encoding;
    private final int[] shape;
    private final long elements;
    private final MappedFile file;
    private final long position;
    private volatile ByteBuffer mapped;

    /** @param position of its first byte in the file, which holds all of them */
    StoredTensor(String name, TensorEncoding encoding, int[] shape, MappedFile file, long position) {
        this.name = name;
        this.encoding = encoding;
        this.shape = shape.clone();
        this.elements = elements(shape);
        this.file = file;
        this.position = position;
        if (byteSize() > BYTES_LIMIT) {
            throw unusable("it takes " + byteSize() + " bytes, and one mapping holds " + BYTES_LIMIT);
        }
    }

    private static long elements(int[] shape) {
        long n = extent(shape);
        for (int d : shape) {
            n = d == 0 ? 0 : n;
        }
        return n;
    }

    /** Product of the dimensions that are not 0. */
    private static long extent(int[] shape) {
        long n = 1;
        for (int d : shape) {
            n = Math.multiplyExact(n, Math.max(d, 1));
        }
        return n;
    }

    public String name() {
        return name;
    }

    public TensorEncoding encoding() {
        return encoding;
    }

    /** Dimensions in row-major order: the last one is contiguous. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of elements: the product of the dimensions. */
    public long elements() {
        return elements;
    }

    /** Bytes it takes in the file. */
    public long byteSize() {
        return encoding.bytes(elements);
    }

    /**
     * Its bytes, read-only and little-endian, from position 0; a buffer of its own for each caller over the same memory.
     *
     * @throws AthanorException if the file was closed before the first call, or cannot be mapped
     */
    public ByteBuffer bytes() {
        return mapped().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    private ByteBuffer mapped() {
        ByteBuffer bytes = mapped;
        if (bytes == null) {
            synchronized (this) {
                bytes = mapped;
                if (bytes == null) {
                    bytes = file.map(position, byteSize());
                    mapped = bytes;
                }
            }
        }
        return bytes;
    }

    /**
     * Decodes a stretch of elements in row-major order, without expanding the others; whole numbers are rounded to the
     * nearest float.
     *
     * @param from first element
     * @param at index in {@code to} of the first number written
     * @throws IndexOutOfBoundsException if the tensor or the array has no such stretch
     */
    public void decode(long from, int count, float[] to, int at) {
        Objects.checkFromIndexSize(from, count, elements);
        Objects.checkFromIndexSize(at, count, to.length);
        ElementDecoder.decode(encoding, mapped(), from, count, to, at);
    }

    /**
     * All elements in memory of their own: {@code INT32} where they are whole numbers, else {@code FLOAT32}.
     *
     * @throws AthanorException if there are more elements than an array holds, or whole numbers of more than 32 bits
     */
    public Tensor toTensor() {
        return ElementDecoder.tensor(this, mapped());
    }

    /**
     * This matrix (N,K) as the weights of products, encoded as it is: for {@code kernels.pack}.
     *
     * @throws AthanorException if it is no matrix, or of an encoding that products do not take
     */
    public BlockWeights weights() {
        return StoredWeights.of(this);
    }

    int arraySize() {
        if (extent(shape) > ARRAY_LIMIT) {
            throw unusable("its shape " + Arrays.toString(shape) + " is more than one array holds");
        }
        return (int) elements;
    }

    AthanorException unusable(String why) {
        return unusable(why, "Export the model with smaller tensors or values");
    }

    AthanorException unusable(String why, String remedy) {
        return new AthanorException(
                MappedFile.problem(file.path()), "tensor " + name + " cannot be used: " + why, remedy);
    }

    @Override
    public String toString() {
        return "StoredTensor(" + name + ", " + encoding + ", " + Arrays.toString(shape) + ")";
    }
}
