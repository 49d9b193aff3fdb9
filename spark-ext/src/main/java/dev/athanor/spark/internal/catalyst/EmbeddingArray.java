package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.model.Predictions;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.tensor.Tensor;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.unsafe.Platform;

/** The vector of a text in Spark's binary layout: one buffer, filled anew for each row. One thread. */
final class EmbeddingArray implements CallResult {
    private final UnsafeArrayData array = new UnsafeArrayData();
    private final AiEmbed.Overflow overflow;
    private final byte[] bytes;
    private final long firstValue;
    private final int width;

    EmbeddingArray(int width, AiEmbed.Overflow overflow) {
        this.overflow = overflow;
        this.width = width;
        UnsafeArrayData zeros = UnsafeArrayData.fromPrimitiveArray(new float[width]);
        bytes = new byte[zeros.getSizeInBytes()];
        zeros.writeToMemory(bytes, Platform.BYTE_ARRAY_OFFSET);
        firstValue = Platform.BYTE_ARRAY_OFFSET + (long) UnsafeArrayData.calculateHeaderPortionInBytes(width);
        array.pointTo(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
    }

    @Override
    public UnsafeArrayData value(Predictions predictions, RowBatch batch, int row) {
        if (batch.column(0).isNull(row) || failed(predictions, batch, row)) {
            return null;
        }
        Tensor vectors = predictions.embeddings();
        Platform.copyMemory(
                vectors.floats(),
                Platform.FLOAT_ARRAY_OFFSET + (vectors.offset() + (long) row * width) * Float.BYTES,
                bytes,
                firstValue,
                (long) width * Float.BYTES);
        return array;
    }

    @Override
    public UnsafeArrayData copy(Predictions predictions, RowBatch batch, int row) {
        UnsafeArrayData value = value(predictions, batch, row);
        return value == null ? null : value.copy();
    }

    /** A missing text is no failure: its vector is missing, too. */
    @Override
    public boolean failed(Predictions predictions, RowBatch batch, int row) {
        return !batch.column(0).isNull(row)
                && (predictions.error(row) != null
                        || (overflow == AiEmbed.Overflow.ERROR && predictions.isTruncated(row)));
    }
}
