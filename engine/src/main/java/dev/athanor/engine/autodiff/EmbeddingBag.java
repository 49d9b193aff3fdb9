package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.Kernels;
import java.util.List;

/** Weighted sum of the rows of a table that each bag names; the table's gradient is sparse. */
public final class EmbeddingBag extends Op {
    private final Parameter table;
    private final BagInput bag;
    private final SparseGradient gradient;
    private final Value output;

    private EmbeddingBag(Tape tape, Parameter table, BagInput bag) {
        super(tape, List.of(), tape.examples());
        this.table = table;
        this.bag = bag;
        this.gradient = tape.gradients().ofTable(table);
        this.output = tape.result(axis(), true, table.tensor().dim(1));
    }

    /**
     * Records the lookup; a table may be looked up once per tape.
     *
     * @param table name of a {@link Parameter.Kind#TABLE} (V,D)
     * @return (B,D)
     */
    public static Value apply(Tape tape, String table, BagInput bag) {
        Parameter parameter = tape.parameters().get(table);
        for (Op op : tape.ops()) {
            if (op instanceof EmbeddingBag other && other.table.name().equals(table)) {
                throw new IllegalArgumentException("Cannot look up table " + table
                        + " twice on one tape: its gradient holds the rows of one lookup. Give each bag its own table");
            }
        }
        return tape.record(new EmbeddingBag(tape, parameter, bag)).output();
    }

    @Override
    public Value output() {
        return output;
    }

    @Override
    void forward(Kernels kernels) {
        kernels.embeddingBag(table.tensor(), bag.indices(), bag.weights(), bag.offsets(), output.tensor());
    }

    @Override
    void backward(Kernels kernels) {
        gradient.assign(bag.indices(), bag.size());
        kernels.fill(gradient.values(), 0);
        kernels.embeddingBagBackward(
                gradient.rows().slots(), bag.weights(), bag.offsets(), output.gradient(), gradient.values());
    }
}
