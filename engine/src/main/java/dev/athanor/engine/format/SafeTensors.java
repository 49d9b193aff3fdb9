package dev.athanor.engine.format;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors in one file, data only: the <a href="https://github.com/huggingface/safetensors#format">safetensors</a>
 * format.
 *
 * <p>A file is the header's length (8 bytes, little-endian), a JSON header, and the tensors back to back. Reading trusts
 * nothing: every claim of the header is checked against the file's size before memory is taken for it, and whatever is
 * wrong ends in an {@link AthanorException} that names the file.
 */
public final class SafeTensors {
    /** Largest header the format allows, in bytes. */
    static final int HEADER_LIMIT = 100_000_000;

    private static final int CHUNK = 1 << 16;

    private SafeTensors() {}

    /**
     * Writes tensors in the map's order; the stream stays open.
     *
     * @param tensors contiguous tensors by name
     * @param metadata free strings kept beside them
     */
    public static void write(OutputStream out, Map<String, Tensor> tensors, Map<String, String> metadata)
            throws IOException {
        Map<String, EncodedTensor> encoded = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> encoded.put(name, EncodedTensor.of(tensor)));
        writeEncoded(out, encoded, metadata);
    }

    /**
     * Writes the tensors of a file, or of all shards of a model, into one, each in the encoding it has; the stream stays
     * open.
     */
    public static void copy(OutputStream out, SafeTensorsFile from, Map<String, String> metadata) throws IOException {
        Map<String, EncodedTensor> encoded = new LinkedHashMap<>();
        from.tensors().forEach((name, tensor) -> encoded.put(name, EncodedTensor.of(tensor)));
        writeEncoded(out, encoded, metadata);
    }

    /** Writes tensors in the map's order, each as it is encoded; the stream stays open. */
    public static void writeEncoded(OutputStream out, Map<String, EncodedTensor> tensors, Map<String, String> metadata)
            throws IOException {
        byte[] header = describe(tensors, metadata);
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.write(length.putLong(header.length).array());
        out.write(header);
        for (EncodedTensor tensor : tensors.values()) {
            tensor.writeTo(out);
        }
    }

    private static byte[] describe(Map<String, EncodedTensor> tensors, Map<String, String> metadata)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = new ObjectMapper().createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writePOJOField(SafeTensorsHeader.METADATA, metadata);
            }
            long at = 0;
            for (Map.Entry<String, EncodedTensor> e : tensors.entrySet()) {
                EncodedTensor tensor = e.getValue();
                long end = at + tensor.byteSize();
                json.writeObjectFieldStart(e.getKey());
                json.writeStringField("dtype", tensor.encoding().name());
                json.writeArrayFieldStart("shape");
                for (int dimension : tensor.shape()) {
                    json.writeNumber(dimension);
                }
                json.writeEndArray();
                json.writeArrayFieldStart("data_offsets");
                json.writeNumber(at);
                json.writeNumber(end);
                json.writeEndArray();
                json.writeEndObject();
                at = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % Long.BYTES != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    /**
     * Reads all tensors: F64 as double precision, other floating-point types as single precision, whole numbers and truth
     * values as {@code INT32}.
     *
     * @param size of the whole file, in bytes
     * @param location of the file, for messages
     * @return tensors by name, in the order of their data
     * @throws AthanorException whatever is wrong with the file, a read error included
     */
    public static Map<String, Tensor> read(InputStream stream, long size, String location) {
        try {
            DataInputStream in = new DataInputStream(stream);
            List<SafeTensorsHeader.Entry> entries = readHeader(in, size, location);
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            for (SafeTensorsHeader.Entry entry : entries) {
                tensors.put(entry.name(), readTensor(in, entry, location));
            }
            if (in.read() >= 0) {
                throw damaged(location, "it goes on after its last tensor");
            }
            return tensors;
        } catch (IOException e) {
            throw unreadable(e, location);
        }
    }

    /**
     * Bytes of the tensors by their type in the file, of the header alone.
     *
     * @param size of the whole file, in bytes
     * @param location of the file, for messages
     * @throws AthanorException whatever is wrong with the header, a read error included
     */
    public static Map<TensorEncoding, Long> bytes(InputStream stream, long size, String location) {
        try {
            Map<TensorEncoding, Long> bytes = new EnumMap<>(TensorEncoding.class);
            for (SafeTensorsHeader.Entry entry : readHeader(new DataInputStream(stream), size, location)) {
                bytes.merge(entry.encoding(), entry.end() - entry.begin(), Long::sum);
            }
            return bytes;
        } catch (IOException e) {
            throw unreadable(e, location);
        }
    }

    private static AthanorException unreadable(IOException e, String location) {
        return e instanceof EOFException
                ? new AthanorException(
                        "Cannot read tensors from " + location, "the file is cut short", SafeTensorsHeader.REMEDY, e)
                : new AthanorException(
                        "Cannot read tensors from " + location,
                        String.valueOf(e.getMessage()),
                        "Check the file and its file system",
                        e);
    }

    private static List<SafeTensorsHeader.Entry> readHeader(DataInputStream in, long size, String location)
            throws IOException {
        if (size < Long.BYTES) {
            throw damaged(location, "it has " + size + " bytes, fewer than the 8 of a header's length");
        }
        int length = SafeTensorsHeader.length(Long.reverseBytes(in.readLong()), size, location);
        byte[] header = in.readNBytes(length);
        if (header.length < length) {
            throw new EOFException();
        }
        return new SafeTensorsHeader(location)
                .parse(header, size - Long.BYTES - length)
                .entries();
    }

    private static Tensor readTensor(DataInputStream in, SafeTensorsHeader.Entry entry, String location)
            throws IOException {
        TensorEncoding encoding = entry.encoding();
        Tensor tensor = Tensor.zeros(dtype(encoding), entry.shape());
        int width = encoding.blockBytes();
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        int size = tensor.size();
        for (int done = 0; done < size; ) {
            int n = Math.min(size - done, CHUNK / width);
            in.readFully(buffer.array(), 0, n * width);
            switch (tensor.dtype()) {
                case FLOAT32 -> ElementDecoder.decode(encoding, buffer.clear(), 0, n, tensor.floats(), done);
                case FLOAT64 -> buffer.clear().asDoubleBuffer().get(tensor.doubles(), done, n);
                case INT32 -> {
                    for (int i = 0; i < n; i++) {
                        long value = ElementDecoder.integer(encoding, buffer, 0, i);
                        if (value != (int) value) {
                            throw damaged(
                                    location,
                                    "element " + (done + i) + " of tensor " + entry.name() + " is " + value
                                            + ", more than 32 bits hold");
                        }
                        tensor.ints()[done + i] = (int) value;
                    }
                }
            }
            done += n;
        }
        return tensor;
    }

    private static DType dtype(TensorEncoding encoding) {
        if (encoding == TensorEncoding.F64) {
            return DType.FLOAT64;
        }
        return encoding.isInteger() ? DType.INT32 : DType.FLOAT32;
    }

    private static AthanorException damaged(String location, String why) {
        return SafeTensorsHeader.damaged(location, why);
    }
}
