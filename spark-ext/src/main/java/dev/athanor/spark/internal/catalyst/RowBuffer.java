package dev.athanor.spark.internal.catalyst;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/** Rows copied back to back into one array that is used again for the next batch. One thread. */
final class RowBuffer {
    private final UnsafeRow view;
    private byte[] data = new byte[1 << 14];
    private int[] ends = new int[64];
    private int rows;

    RowBuffer(int fields) {
        view = new UnsafeRow(fields);
    }

    void clear() {
        rows = 0;
    }

    int bytes() {
        return rows == 0 ? 0 : ends[rows - 1];
    }

    void append(UnsafeRow row) {
        int start = bytes();
        int size = row.getSizeInBytes();
        if (start + size > data.length) {
            data = Arrays.copyOf(data, Math.max(start + size, data.length * 2));
        }
        Platform.copyMemory(
                row.getBaseObject(), row.getBaseOffset(), data, Platform.BYTE_ARRAY_OFFSET + (long) start, size);
        if (rows == ends.length) {
            ends = Arrays.copyOf(ends, rows * 2);
        }
        ends[rows++] = start + size;
    }

    /** A view of one row, valid until the next call. */
    UnsafeRow get(int row) {
        int start = row == 0 ? 0 : ends[row - 1];
        view.pointTo(data, Platform.BYTE_ARRAY_OFFSET + (long) start, ends[row] - start);
        return view;
    }
}
