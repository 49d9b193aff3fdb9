package dev.athanor.engine.onnx;

import dev.athanor.engine.onnx.WireReader.Numbers;
import dev.athanor.engine.tensor.Bfloat16;
import dev.athanor.engine.tensor.Float16;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the message {@code TensorProto}. */
final class TensorReader {
    private static final int MOST_DIMS = 32;

    private final String location;
    private final ExternalData external;

    TensorReader(String location, ExternalData external) {
        this.location = location;
        this.external = external;
    }

    /**
     * A tensor as it was read.
     *
     * @param value null where its type is not computed with
     */
    record Named(String name, String typeName, OnnxValue value) {}

    Named read(WireReader in) {
        Numbers dims = new Numbers();
        Numbers floats = new Numbers();
        Numbers int32s = new Numbers();
        Numbers int64s = new Numbers();
        Numbers doubles = new Numbers();
        Numbers uint64s = new Numbers();
        ByteBuffer raw = null;
        long code = 0;
        String name = "";
        String file = null;
        long offset = 0;
        long length = -1;
        boolean outside = false;
        while (in.next()) {
            switch (in.field()) {
                case 1 -> in.numbers(dims);
                case 2 -> code = in.number();
                case 4 -> in.floats(floats);
                case 5 -> in.numbers(int32s);
                case 7 -> in.numbers(int64s);
                case 8 -> name = in.text();
                case 9 -> raw = in.bytes();
                case 10 -> in.doubles(doubles);
                case 11 -> in.numbers(uint64s);
                case 13 -> {
                    String[] entry = entry(in.message());
                    switch (entry[0]) {
                        case "location" -> file = entry[1];
                        case "offset" -> offset = number(name, entry);
                        case "length" -> length = number(name, entry);
                        default -> {
                            // checksum and hints of other writers
                        }
                    }
                }
                case 14 -> outside = in.number() == 1;
                default -> in.skip();
            }
        }
        OnnxType type = OnnxType.of(code);
        if (type == null) {
            return new Named(name, OnnxType.name(code), null);
        }
        int[] shape = shape(name, dims);
        if (outside) {
            if (file == null) {
                throw damaged(name, "is kept in another file, and does not say which");
            }
            raw = external.map(name, file, offset, length);
        }
        OnnxValue value;
        if (raw != null) {
            value = raw(name, type, shape, raw);
        } else if (type == OnnxType.FLOAT) {
            value = typed(name, type, shape, floats);
        } else if (type == OnnxType.DOUBLE) {
            value = typed(name, type, shape, doubles);
        } else if (type == OnnxType.INT64) {
            value = typed(name, type, shape, int64s);
        } else if (type == OnnxType.UINT32 || type == OnnxType.UINT64) {
            value = typed(name, type, shape, uint64s);
        } else {
            value = typed(name, type, shape, int32s);
        }
        return new Named(name, type.name(), value);
    }

    private int[] shape(String name, Numbers dims) {
        if (dims.count() > MOST_DIMS) {
            throw damaged(name, "claims " + dims.count() + " dimensions, the limit is " + MOST_DIMS);
        }
        int[] shape = new int[dims.count()];
        for (int i = 0; i < shape.length; i++) {
            long d = dims.get(i);
            if (d < 0 || d > Integer.MAX_VALUE) {
                throw damaged(name, "claims a dimension of " + d);
            }
            shape[i] = (int) d;
        }
        return shape;
    }

    private OnnxValue typed(String name, OnnxType type, int[] shape, Numbers numbers) {
        if (OnnxValue.count(shape) != numbers.count()) {
            throw damaged(
                    name,
                    "has " + numbers.count() + " elements, its shape " + java.util.Arrays.toString(shape)
                            + " asks for others");
        }
        OnnxValue value = OnnxValue.zeros(type, shape);
        for (int i = 0; i < numbers.count(); i++) {
            long n = numbers.get(i);
            switch (type) {
                case FLOAT -> value.floats()[i] = Float.intBitsToFloat((int) n);
                case FLOAT16 -> value.floats()[i] = Float16.value((short) n);
                case BFLOAT16 -> value.floats()[i] = Bfloat16.value((short) n);
                case DOUBLE -> value.doubles()[i] = Double.longBitsToDouble(n);
                default -> value.longs()[i] = type.wrap(n);
            }
        }
        return value;
    }

    private OnnxValue raw(String name, OnnxType type, int[] shape, ByteBuffer bytes) {
        ByteBuffer raw = bytes.order(ByteOrder.LITTLE_ENDIAN);
        long count = OnnxValue.count(shape);
        if (count > Integer.MAX_VALUE || count * type.bytes() != raw.remaining()) {
            throw damaged(
                    name,
                    "has " + raw.remaining() + " bytes, its shape " + java.util.Arrays.toString(shape) + " of " + type
                            + " asks for others");
        }
        OnnxValue value = OnnxValue.zeros(type, shape);
        switch (type) {
            case FLOAT -> raw.asFloatBuffer().get(value.floats());
            case DOUBLE -> raw.asDoubleBuffer().get(value.doubles());
            case INT64, UINT64 -> raw.asLongBuffer().get(value.longs());
            default -> {
                for (int i = 0; i < value.size(); i++) {
                    switch (type) {
                        case FLOAT16 -> value.floats()[i] = Float16.value(raw.getShort());
                        case BFLOAT16 -> value.floats()[i] = Bfloat16.value(raw.getShort());
                        case INT32, UINT32 -> value.longs()[i] = type.wrap(raw.getInt());
                        case INT16, UINT16 -> value.longs()[i] = type.wrap(raw.getShort());
                        default -> value.longs()[i] = type.wrap(raw.get());
                    }
                }
            }
        }
        return value;
    }

    private long number(String tensor, String[] entry) {
        try {
            return Long.parseLong(entry[1]);
        } catch (NumberFormatException e) {
            throw damaged(tensor, "has the " + entry[0] + " '" + entry[1] + "', which is not a number");
        }
    }

    /** Key and value of a {@code StringStringEntryProto}. */
    static String[] entry(WireReader in) {
        String[] entry = {"", ""};
        while (in.next()) {
            switch (in.field()) {
                case 1 -> entry[0] = in.text();
                case 2 -> entry[1] = in.text();
                default -> in.skip();
            }
        }
        return entry;
    }

    private RuntimeException damaged(String name, String why) {
        return OnnxModel.damaged(location, "tensor '" + name + "' " + why);
    }
}
