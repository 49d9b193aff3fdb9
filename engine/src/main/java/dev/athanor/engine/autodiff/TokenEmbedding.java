package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.tensor.Tensor;
import java.util.List;

/**
 * Sum of a token's embedding, its position's and its type's.
 *
 * <p>The gradient of the tokens' table is sparse where that is a {@link Parameter.Kind#TABLE}, and dense where it is used
 * for more than the lookup.
 */
public final class TokenEmbedding extends Op {
    private final TokenInput input;
    private final Parameter table;
    private final Value tokens;
    private final Value positions;
    private final Value types;
    private final double scale;
    private final int positionOffset;
    private final SparseGradient gradient;
    private final Value output;
    private final int width;

    /**
     * The tables, by name of parameter.
     *
     * @param tokens (V,W)
     * @param scale what a token's row is multiplied by
     * @param positions (P,W), or null
     * @param positionOffset row of the first position
     * @param types (K,W), or null
     */
    public record Tables(String tokens, double scale, String positions, int positionOffset, String types) {}

    private TokenEmbedding(Tape tape, RowAxis axis, Tables tables, TokenInput input) {
        super(tape, List.of(), axis);
        this.input = input;
        this.table = tape.parameters().get(tables.tokens());
        this.scale = tables.scale();
        this.positionOffset = tables.positionOffset();
        this.tokens = table.kind() == Parameter.Kind.TABLE ? null : tape.parameter(tables.tokens());
        this.positions = tables.positions() == null ? null : tape.parameter(tables.positions());
        this.types = tables.types() == null ? null : tape.parameter(tables.types());
        this.gradient = tokens == null ? tape.gradients().ofTable(table) : null;
        this.width = table.tensor().dim(1);
        this.output =
                tape.result(axis, trains(tokens) || gradient != null || trains(positions) || trains(types), width);
    }

    private static boolean trains(Value value) {
        return value != null && value.needsGradient();
    }

    /**
     * Records the lookup.
     *
     * @param axis of tokens
     * @return (T,W)
     */
    public static Value apply(Tape tape, RowAxis axis, Tables tables, TokenInput input) {
        return tape.record(new TokenEmbedding(tape, axis, tables, input)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        Tensor y = output.tensor();
        int[] ids = input.ids().ints();
        if (scale != 1) {
            kernels.fill(y, 0);
        }
        for (int t = 0; t < y.dim(0); t++) {
            int at = t * width;
            if (scale == 1) {
                TensorRows.copy(table.tensor(), ids[t] * width, y, at, width);
            } else {
                TensorRows.add(table.tensor(), ids[t] * width, y, at, width, scale);
            }
            if (positions != null) {
                int position = input.positions().ints()[t] + positionOffset;
                TensorRows.add(positions.tensor(), position * width, y, at, width, 1);
            }
            if (types != null) {
                TensorRows.add(types.tensor(), input.types().ints()[t] * width, y, at, width, 1);
            }
        }
    }

    @Override
    void backward(Kernels kernels) {
        Tensor dy = output.gradient();
        int rows = dy.dim(0);
        if (trains(positions)) {
            scatter(dy, rows, input.positions().ints(), positionOffset, positions.accumulateGradient(kernels), 1);
        }
        if (trains(types)) {
            scatter(dy, rows, input.types().ints(), 0, types.accumulateGradient(kernels), 1);
        }
        if (trains(tokens)) {
            scatter(dy, rows, input.ids().ints(), 0, tokens.accumulateGradient(kernels), scale);
        } else if (gradient != null) {
            if (tape().accumulating()) {
                gradient.extend(input.ids(), rows);
            } else {
                gradient.assign(input.ids(), rows);
                kernels.fill(gradient.values(), 0);
            }
            scatter(dy, rows, gradient.rows().slots().ints(), 0, gradient.values(), scale);
        }
    }

    private void scatter(Tensor dy, int rows, int[] places, int offset, Tensor to, double by) {
        for (int t = 0; t < rows; t++) {
            TensorRows.add(dy, t * width, to, (places[t] + offset) * width, width, by);
        }
    }
}
