package dev.athanor.engine.onnx;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The operators that are computed; each passes ONNX's own test cases of it, for the types of {@link OnnxType}. */
public final class OnnxOperators {
    /** Oldest version of the set of operators whose models are read. */
    public static final int OLDEST = 7;

    /** Newest. */
    public static final int NEWEST = 28;

    private static final Table TABLE = table();

    private OnnxOperators() {}

    /** Operators by name. */
    static final class Table {
        private final Map<String, OnnxOperator> operators = new TreeMap<>();
        private final Map<String, Integer> since = new TreeMap<>();

        void add(String name, OnnxOperator operator) {
            add(name, 1, operator);
        }

        /** @param version of the set of operators that it came with */
        void add(String name, int version, OnnxOperator operator) {
            if (operators.put(name, operator) != null) {
                throw new IllegalStateException("Operator " + name + " is there twice");
            }
            since.put(name, version);
        }
    }

    private static Table table() {
        Table table = new Table();
        UnaryOperators.addTo(table);
        BinaryOperators.addTo(table);
        CastOperators.addTo(table);
        ReduceOperators.addTo(table);
        ShapeOperators.addTo(table);
        SliceOperators.addTo(table);
        GatherOperators.addTo(table);
        MatrixOperators.addTo(table);
        ConvolutionOperators.addTo(table);
        PoolOperators.addTo(table);
        NormOperators.addTo(table);
        return table;
    }

    /** Names of all operators that are computed. */
    public static SortedSet<String> names() {
        return new TreeSet<>(TABLE.operators.keySet());
    }

    /** The operator of a node, or null where it is not computed. */
    static OnnxOperator find(OnnxNode node, long opset) {
        return node.domain().isEmpty() && TABLE.since.getOrDefault(node.operator(), Integer.MAX_VALUE) <= opset
                ? TABLE.operators.get(node.operator())
                : null;
    }
}
