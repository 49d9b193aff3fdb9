package dev.athanor.engine.transformer;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.StoredTensor;
import dev.athanor.engine.kernels.BlockEncoding;
import dev.athanor.engine.kernels.BlockWeights;
import java.util.List;

/** A matrix (inputs, outputs) of an architecture, as a file encodes it, outputs in the architecture's order. */
final class EncodedMatrix implements BlockWeights {
    private final StoredTensor stored;
    private final BlockWeights weights;
    private final WeightNames.Place place;
    private final int outputs;

    EncodedMatrix(StoredTensor stored, WeightNames.Place place, int outputs) {
        this.stored = stored;
        this.weights = stored.weights();
        this.place = place;
        this.outputs = outputs;
    }

    @Override
    public int rows() {
        return outputs;
    }

    @Override
    public int columns() {
        return weights.columns();
    }

    @Override
    public BlockEncoding encoding() {
        return weights.encoding();
    }

    @Override
    public long bytes() {
        return weights.bytes() / weights.rows() * outputs;
    }

    /** Decodes the weights of one output. */
    void decode(int output, float[] to, int at) {
        stored.decode((long) place.column(output) * columns(), columns(), to, at);
    }

    /** @throws AthanorException if one of them is not finite */
    @Override
    public void read(int row, int[] numbers, float[] scales, float[] leasts) {
        weights.read(place.column(row), numbers, scales, leasts);
        if (encoding().group() == 0) {
            for (int i = 0; i < columns(); i++) {
                finite(encoding().value(numbers[i]), row);
            }
            return;
        }
        for (int g = 0; g < encoding().groups(columns()); g++) {
            finite(scales[g], row);
            if (encoding().hasLeast()) {
                finite(leasts[g], row);
            }
        }
    }

    private void finite(float value, int row) {
        if (!Float.isFinite(value)) {
            throw new AthanorException(
                    "Cannot use tensor " + stored.name(),
                    "it holds " + value + " in row " + place.column(row),
                    "The weights are damaged or their training diverged: take another checkpoint");
        }
    }

    /**
     * Matrices of the same inputs side by side.
     *
     * @param parts of one encoding
     */
    static BlockWeights joined(List<EncodedMatrix> parts) {
        return new Joined(parts, parts.stream().mapToInt(EncodedMatrix::rows).sum());
    }

    private record Joined(List<EncodedMatrix> parts, int rows) implements BlockWeights {
        @Override
        public int columns() {
            return parts.get(0).columns();
        }

        @Override
        public BlockEncoding encoding() {
            return parts.get(0).encoding();
        }

        @Override
        public long bytes() {
            return parts.stream().mapToLong(EncodedMatrix::bytes).sum();
        }

        @Override
        public void read(int row, int[] numbers, float[] scales, float[] leasts) {
            int left = row;
            int part = 0;
            while (left >= parts.get(part).rows()) {
                left -= parts.get(part++).rows();
            }
            parts.get(part).read(left, numbers, scales, leasts);
        }
    }
}
