package dev.athanor.engine.format;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the metadata of a GGUF file: typed values, lists and lists of lists. */
record GgufValues(GgufCursor in) {
    /** Most keys of a file, and most tensors. */
    static final int ENTRIES_LIMIT = 1 << 17;

    private static final int KEY_LIMIT = (1 << 16) - 1;
    private static final int TEXT_LIMIT = 1 << 24;
    private static final int LIST_LIMIT = 1 << 22;
    private static final int DEPTH_LIMIT = 4;
    /** Fewest bytes of a key and its value: a length, one letter, a type and a byte. */
    private static final int LEAST_ENTRY = 14;

    private static final int U8 = 0;
    private static final int I8 = 1;
    private static final int U16 = 2;
    private static final int I16 = 3;
    private static final int U32 = 4;
    private static final int I32 = 5;
    private static final int F32 = 6;
    private static final int BOOL = 7;
    private static final int STRING = 8;
    private static final int LIST = 9;
    private static final int U64 = 10;
    private static final int I64 = 11;
    private static final int F64 = 12;

    /** How many keys follow. */
    int count() {
        return in.count("metadata keys", ENTRIES_LIMIT, LEAST_ENTRY);
    }

    Map<String, Object> read(int count) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = in.string("a metadata key", KEY_LIMIT);
            if (values.put(key, value(key, in.u32(), 0)) != null) {
                throw in.damaged("it has the metadata key " + key + " twice");
            }
        }
        return values;
    }

    private Object value(String key, int type, int depth) {
        return switch (type) {
            case U8, I8, U16, I16, U32, I32, I64 -> integer(type);
            case U64 -> unsigned(in.u64());
            case F32 -> (double) in.f32();
            case F64 -> in.f64();
            case BOOL -> flag(key);
            case STRING -> in.string(key, TEXT_LIMIT);
            case LIST -> list(key, depth);
            default -> throw unknown(key, type);
        };
    }

    private RuntimeException unknown(String key, int type) {
        return in.damaged("the metadata key " + key + " has a value of type " + Integer.toUnsignedString(type));
    }

    private long integer(int type) {
        return switch (type) {
            case U8 -> in.u8() & 0xff;
            case I8 -> in.u8();
            case U16 -> in.u16() & 0xffff;
            case I16 -> in.u16();
            case U32 -> in.u32() & 0xffffffffL;
            case I32 -> in.u32();
            default -> in.u64();
        };
    }

    private static Number unsigned(long bits) {
        if (bits >= 0) {
            return bits;
        }
        return new BigInteger(Long.toUnsignedString(bits));
    }

    private boolean flag(String key) {
        byte value = in.u8();
        if (value != 0 && value != 1) {
            throw in.damaged("the metadata key " + key + " has the truth value " + (value & 0xff));
        }
        return value == 1;
    }

    private Object list(String key, int depth) {
        int type = in.u32();
        if (depth == DEPTH_LIMIT) {
            throw in.damaged("the metadata key " + key + " nests more than " + DEPTH_LIMIT + " lists");
        }
        int count = in.count("values of " + key, LIST_LIMIT, width(key, type));
        return switch (type) {
            case F32 -> {
                float[] numbers = new float[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = in.f32();
                }
                yield numbers;
            }
            case F64 -> {
                double[] numbers = new double[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = in.f64();
                }
                yield numbers;
            }
            case BOOL, STRING, LIST, U64 -> {
                List<Object> values = new ArrayList<>(count);
                for (int i = 0; i < count; i++) {
                    values.add(value(key, type, depth + 1));
                }
                yield type == U64 ? longs(values) : values;
            }
            default -> {
                long[] numbers = new long[count];
                for (int i = 0; i < count; i++) {
                    numbers[i] = integer(type);
                }
                yield numbers;
            }
        };
    }

    /** As {@code long[]}, unless one of them is too large for it. */
    private static Object longs(List<Object> values) {
        return values.stream().allMatch(Long.class::isInstance)
                ? values.stream().mapToLong(Long.class::cast).toArray()
                : values;
    }

    /** Fewest bytes of a value. */
    private int width(String key, int type) {
        return switch (type) {
            case U8, I8, BOOL -> Byte.BYTES;
            case U16, I16 -> Short.BYTES;
            case U32, I32, F32 -> Integer.BYTES;
            case U64, I64, F64, STRING -> Long.BYTES;
            case LIST -> Integer.BYTES + Long.BYTES;
            default -> throw unknown(key, type);
        };
    }
}
