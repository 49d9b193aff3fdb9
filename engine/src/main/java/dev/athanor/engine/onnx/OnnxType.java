package dev.athanor.engine.onnx;

import dev.athanor.engine.tensor.Bfloat16;
import java.util.Locale;

/** Types of the elements of an {@link OnnxValue}: those of {@code TensorProto.DataType} that are computed with. */
public enum OnnxType {
    FLOAT(1, 4),
    UINT8(2, 1),
    INT8(3, 1),
    UINT16(4, 2),
    INT16(5, 2),
    INT32(6, 4),
    INT64(7, 8),
    BOOL(9, 1),
    FLOAT16(10, 2),
    DOUBLE(11, 8),
    UINT32(12, 4),
    UINT64(13, 8),
    BFLOAT16(16, 2);

    private static final String[] OTHERS = {
        "UNDEFINED",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "STRING",
        "",
        "",
        "",
        "",
        "",
        "COMPLEX64",
        "COMPLEX128",
        "",
        "FLOAT8E4M3FN",
        "FLOAT8E4M3FNUZ",
        "FLOAT8E5M2",
        "FLOAT8E5M2FNUZ",
        "UINT4",
        "INT4",
        "FLOAT4E2M1",
        "FLOAT8E8M0"
    };

    private final int code;
    private final int bytes;

    OnnxType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    /** The type with this number, or null where it is not computed with. */
    static OnnxType of(long code) {
        for (OnnxType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        return null;
    }

    /** What a number means, computed with or not. */
    static String name(long code) {
        OnnxType type = of(code);
        if (type != null) {
            return type.name();
        }
        return code >= 0 && code < OTHERS.length ? OTHERS[(int) code] : "type " + code;
    }

    int code() {
        return code;
    }

    /** Bytes of an element in a file. */
    int bytes() {
        return bytes;
    }

    /** Whether elements are kept as {@code float}: FLOAT, FLOAT16, BFLOAT16. */
    boolean isFloats() {
        return this == FLOAT || this == FLOAT16 || this == BFLOAT16;
    }

    boolean isDoubles() {
        return this == DOUBLE;
    }

    /** Whether elements are fractions at all. */
    boolean isReal() {
        return isFloats() || isDoubles();
    }

    boolean isUnsigned() {
        return this == UINT8 || this == UINT16 || this == UINT32 || this == UINT64;
    }

    /** The nearest number that this type has, of those kept as {@code float}. */
    float round(float value) {
        return switch (this) {
            case FLOAT16 -> float16(value);
            case BFLOAT16 -> Bfloat16.round(value);
            default -> value;
        };
    }

    /** Eleven significant bits, fewer below 2^-14; ties to even, as adding a large number and taking it away rounds. */
    private static float float16(float value) {
        float size = Math.abs(value);
        if (!(size < 65520f)) {
            return Float.isNaN(value) ? value : Math.copySign(Float.POSITIVE_INFINITY, value);
        }
        double unit = Math.scalb(1.0, Math.max(Math.getExponent(size), -14) - 10);
        return (float) Math.copySign(Math.rint(size / unit) * unit, value);
    }

    /** A whole number of any size as this type has it: the lowest bits. */
    long wrap(long value) {
        return switch (this) {
            case BOOL -> value != 0 ? 1 : 0;
            case UINT8 -> value & 0xff;
            case INT8 -> (byte) value;
            case UINT16 -> value & 0xffff;
            case INT16 -> (short) value;
            case UINT32 -> value & 0xffffffffL;
            case INT32 -> (int) value;
            default -> value;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
