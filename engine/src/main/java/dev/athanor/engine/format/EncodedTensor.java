package dev.athanor.engine.format;

import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor on its way into a file: how its elements are written, and what writes them. */
public final class EncodedTensor {
    private static final int CHUNK = 1 << 16;

    private final TensorEncoding encoding;
    private final int[] shape;
    private final Body body;

    /** What writes the bytes of a tensor, all of them and no others, in pieces of at most {@code chunk.length}. */
    private interface Body {
        void writeTo(OutputStream out, byte[] chunk) throws IOException;
    }

    private EncodedTensor(TensorEncoding encoding, int[] shape, Body body) {
        this.encoding = encoding;
        this.shape = shape;
        this.body = body;
    }

    /**
     * A tensor in the type it has in memory.
     *
     * @param tensor contiguous
     */
    public static EncodedTensor of(Tensor tensor) {
        TensorEncoding encoding =
                switch (tensor.dtype()) {
                    case FLOAT32 -> TensorEncoding.F32;
                    case FLOAT64 -> TensorEncoding.F64;
                    case INT32 -> TensorEncoding.I32;
                };
        return numbers(encoding, tensor, (buffer, at, n) -> {
            switch (tensor.dtype()) {
                case FLOAT32 -> buffer.asFloatBuffer().put(tensor.floats(), at, n);
                case FLOAT64 -> buffer.asDoubleBuffer().put(tensor.doubles(), at, n);
                case INT32 -> buffer.asIntBuffer().put(tensor.ints(), at, n);
            }
        });
    }

    /**
     * The upper halves of FLOAT32 numbers, rounded to nearest, ties to even.
     *
     * @param tensor FLOAT32, contiguous
     */
    public static EncodedTensor bfloat16(Tensor tensor) {
        float[] values = tensor.floats();
        return numbers(TensorEncoding.BF16, tensor, (buffer, at, n) -> {
            for (int i = 0; i < n; i++) {
                buffer.putShort(i * Short.BYTES, Bfloat16.bits(values[at + i]));
            }
        });
    }

    /** Whole numbers of 8 bits, in row-major order. */
    public static EncodedTensor int8(byte[] values, int... shape) {
        return new EncodedTensor(TensorEncoding.I8, shape.clone(), (out, chunk) -> out.write(values));
    }

    /** A stored tensor, as it is stored. */
    public static EncodedTensor of(StoredTensor tensor) {
        return new EncodedTensor(tensor.encoding(), tensor.shape(), (out, chunk) -> {
            ByteBuffer bytes = tensor.bytes();
            while (bytes.hasRemaining()) {
                int n = Math.min(bytes.remaining(), chunk.length);
                bytes.get(chunk, 0, n);
                out.write(chunk, 0, n);
            }
        });
    }

    private interface Numbers {
        /** Puts elements {@code at} to {@code at + n} of the tensor's array at the start of the buffer. */
        void put(ByteBuffer buffer, int at, int n);
    }

    private static EncodedTensor numbers(TensorEncoding encoding, Tensor tensor, Numbers numbers) {
        if (!tensor.isContiguous() || (encoding == TensorEncoding.BF16 && tensor.dtype() != DType.FLOAT32)) {
            throw new IllegalArgumentException("Cannot write " + tensor + " as " + encoding
                    + ": it is not contiguous, or" + " not of a type that becomes it");
        }
        int width = encoding.blockBytes();
        return new EncodedTensor(encoding, tensor.shape(), (out, chunk) -> {
            ByteBuffer buffer = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
            int size = tensor.size();
            for (int done = 0; done < size; ) {
                int n = Math.min(size - done, chunk.length / width);
                numbers.put(buffer, tensor.offset() + done, n);
                out.write(chunk, 0, n * width);
                done += n;
            }
        });
    }

    /** How the elements are written. */
    public TensorEncoding encoding() {
        return encoding;
    }

    /** Dimensions in row-major order. */
    public int[] shape() {
        return shape.clone();
    }

    /** Bytes it takes in the file. */
    public long byteSize() {
        long elements = 1;
        for (int dimension : shape) {
            elements = Math.multiplyExact(elements, dimension);
        }
        return encoding.bytes(elements);
    }

    void writeTo(OutputStream out) throws IOException {
        body.writeTo(out, new byte[CHUNK]);
    }
}
