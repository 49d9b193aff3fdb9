package dev.athanor.engine.format;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A <a href="https://github.com/ggml-org/ggml/blob/master/docs/gguf.md">GGUF</a> file of version 2 or 3, read in place.
 *
 * <p>The shape of a tensor is given in row-major order, the reverse of the file's.
 */
public final class GgufFile implements WeightFile {
    private static final int MAGIC = 0x46554747; // GGUF
    private static final int DIMENSIONS_LIMIT = 4;
    private static final int NAME_LIMIT = 1024;
    /** Fewest bytes of a tensor's description: an empty name, no dimensions, type and offset. */
    private static final int LEAST_TENSOR = 24;

    private static final String ALIGNMENT = "general.alignment";
    private static final long DEFAULT_ALIGNMENT = 32;
    private static final long ALIGNMENT_LIMIT = 1 << 20;
    private static final String SPLITS = "split.count";
    private static final Map<Integer, TensorEncoding> ENCODINGS = encodings();

    private final MappedFile file;
    private final WeightMetadata metadata;
    private final Map<String, StoredTensor> tensors;
    private final int version;

    private GgufFile(MappedFile file, WeightMetadata metadata, Map<String, StoredTensor> tensors, int version) {
        this.file = file;
        this.metadata = metadata;
        this.tensors = Collections.unmodifiableMap(tensors);
        this.version = version;
    }

    private static Map<Integer, TensorEncoding> encodings() {
        Map<Integer, TensorEncoding> encodings = new TreeMap<>();
        encodings.put(0, TensorEncoding.F32);
        encodings.put(1, TensorEncoding.F16);
        encodings.put(2, TensorEncoding.Q4_0);
        encodings.put(3, TensorEncoding.Q4_1);
        encodings.put(6, TensorEncoding.Q5_0);
        encodings.put(7, TensorEncoding.Q5_1);
        encodings.put(8, TensorEncoding.Q8_0);
        encodings.put(12, TensorEncoding.Q4_K);
        encodings.put(13, TensorEncoding.Q5_K);
        encodings.put(14, TensorEncoding.Q6_K);
        encodings.put(24, TensorEncoding.I8);
        encodings.put(25, TensorEncoding.I16);
        encodings.put(26, TensorEncoding.I32);
        encodings.put(27, TensorEncoding.I64);
        encodings.put(28, TensorEncoding.F64);
        encodings.put(30, TensorEncoding.BF16);
        return encodings;
    }

    /** @throws dev.athanor.engine.AthanorException if the file is missing, damaged, or holds what is not supported */
    public static GgufFile open(Path path) {
        MappedFile file = MappedFile.open(path);
        try {
            return read(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static GgufFile read(MappedFile file) {
        GgufCursor in = new GgufCursor(file);
        if (in.left() < Integer.BYTES || in.u32() != MAGIC) {
            throw in.damaged("it does not begin with GGUF");
        }
        int version = in.u32();
        if (version != 2 && version != 3) {
            throw in.damaged("it has version " + Integer.toUnsignedString(version)
                    + (Integer.reverseBytes(version) == 3 ? " in big-endian order" : "") + ", and 2 and 3 are read");
        }
        int count = in.count("tensors", GgufValues.ENTRIES_LIMIT, LEAST_TENSOR);
        GgufValues values = new GgufValues(in);
        WeightMetadata metadata = new WeightMetadata(file.path().toString(), values.read(values.count()));
        if (metadata.integer(SPLITS, 1) > 1) {
            throw in.damaged("it is one of " + metadata.integer(SPLITS, 1)
                    + " parts of a model, which llama-gguf-split --merge joins");
        }
        long alignment = metadata.integer(ALIGNMENT, DEFAULT_ALIGNMENT);
        if (alignment < 1 || alignment > ALIGNMENT_LIMIT || Long.bitCount(alignment) != 1) {
            throw in.damaged("its alignment is " + alignment + ", not a power of two up to " + ALIGNMENT_LIMIT);
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(Entry.read(in, alignment));
        }
        long data = (in.position() + alignment - 1) / alignment * alignment;
        return new GgufFile(file, metadata, tensors(in, entries, file, data), version);
    }

    /**
     * One tensor of the file.
     *
     * @param offset of its first byte, from where the data begin
     */
    @SuppressWarnings("ArrayRecordComponent") // read once and dropped
    private record Entry(String name, TensorEncoding encoding, int[] shape, long bytes, long offset) {
        static Entry read(GgufCursor in, long alignment) {
            String name = in.string("a tensor's name", NAME_LIMIT);
            int rank = in.u32();
            if (rank < 0 || rank > DIMENSIONS_LIMIT) {
                throw in.damaged("tensor " + name + " has " + Integer.toUnsignedString(rank)
                        + " dimensions, the limit is " + DIMENSIONS_LIMIT);
            }
            int[] shape = new int[rank];
            long elements = 1;
            long extent = 1; // as if no dimension were 0
            for (int i = rank - 1; i >= 0; i--) {
                long dimension = in.u64();
                if (dimension < 0 || dimension > Integer.MAX_VALUE - 8) {
                    throw in.damaged("tensor " + name + " has a dimension of " + Long.toUnsignedString(dimension));
                }
                shape[i] = (int) dimension;
                if (dimension > Long.MAX_VALUE / Long.BYTES / extent) {
                    throw in.damaged("tensor " + name + " has too many elements");
                }
                elements *= dimension;
                extent *= Math.max(dimension, 1);
            }
            int type = in.u32();
            TensorEncoding encoding = ENCODINGS.get(type);
            if (encoding == null) {
                throw in.unsupported(
                        "tensor " + name + " is of ggml type " + Integer.toUnsignedString(type),
                        ENCODINGS.values().stream().map(Enum::name).toList());
            }
            long row = rank == 0 ? 1 : shape[rank - 1];
            if (row % encoding.blockElements() != 0) {
                throw in.damaged("tensor " + name + " has rows of " + row + ", and a block of " + encoding + " has "
                        + encoding.blockElements());
            }
            long offset = in.u64();
            if (offset < 0 || offset % alignment != 0) {
                throw in.damaged("tensor " + name + " begins at byte " + Long.toUnsignedString(offset)
                        + " of the data, not at a multiple of " + alignment);
            }
            return new Entry(name, encoding, shape, encoding.bytes(elements), offset);
        }
    }

    private static Map<String, StoredTensor> tensors(GgufCursor in, List<Entry> entries, MappedFile file, long data) {
        List<Entry> inOrder = entries.stream()
                .sorted(Comparator.comparingLong(Entry::offset).thenComparingLong(Entry::bytes))
                .toList();
        Set<String> names = new HashSet<>();
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        long at = 0;
        long room = Math.max(0, file.size() - data);
        for (Entry e : inOrder) {
            if (!names.add(e.name())) {
                throw in.damaged("it has the tensor " + e.name() + " twice");
            } else if (e.offset() < at) {
                throw in.damaged("tensor " + e.name() + " begins at byte " + e.offset() + " of the data, not at " + at
                        + " or after: tensors overlap");
            } else if (e.offset() > room || e.bytes() > room - e.offset()) {
                throw in.damaged("tensor " + e.name() + " of " + e.bytes() + " bytes begins at byte " + e.offset()
                        + " of the data, which have " + room);
            }
            at = e.offset() + e.bytes();
            tensors.put(e.name(), new StoredTensor(e.name(), e.encoding(), e.shape(), file, data + e.offset()));
        }
        return tensors;
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public WeightMetadata metadata() {
        return metadata;
    }

    @Override
    public String location() {
        return file.path().toString();
    }

    /** The format's version, 2 or 3. */
    public int version() {
        return version;
    }

    @Override
    public void close() {
        file.close();
    }
}
