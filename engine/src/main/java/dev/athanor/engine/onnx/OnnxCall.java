package dev.athanor.engine.onnx;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Kernels;
import java.util.Arrays;

/** What an operator is called with: a node's attributes, its inputs, and what computes. */
final class OnnxCall {
    /** Most elements of one value. */
    private static final long MOST_ELEMENTS = 1L << 28;

    private final OnnxNode node;
    private final OnnxValue[] inputs;
    private final long opset;
    private final Kernels kernels;
    private final Object prepared;
    private final Memory memory;

    OnnxCall(OnnxNode node, OnnxValue[] inputs, long opset, Kernels kernels, Object prepared, Memory memory) {
        this.node = node;
        this.inputs = inputs;
        this.opset = opset;
        this.kernels = kernels;
        this.prepared = prepared;
        this.memory = memory;
    }

    /** How much a run may still allocate. */
    static final class Memory {
        private long left;

        Memory(long bytes) {
            left = bytes;
        }

        void take(long bytes) {
            left -= bytes;
            if (left < 0) {
                throw new Exhausted();
            }
        }
    }

    /** A run that needs more memory than it was given. */
    static final class Exhausted extends IllegalStateException {
        private static final long serialVersionUID = 1L;
    }

    long opset() {
        return opset;
    }

    Kernels kernels() {
        return kernels;
    }

    Object prepared() {
        return prepared;
    }

    int inputs() {
        return inputs.length;
    }

    /** An input that must be there. */
    OnnxValue in(int i) {
        OnnxValue value = optional(i);
        if (value == null) {
            throw wrong("it lacks input " + i);
        }
        return value;
    }

    /** An input of fractions. */
    OnnxValue real(int i) {
        OnnxValue value = in(i);
        if (!value.type().isReal()) {
            throw wrong("input " + i + " is " + value + ", and it computes with fractions");
        }
        return value;
    }

    /** An input or null. */
    OnnxValue optional(int i) {
        return i < inputs.length ? inputs[i] : null;
    }

    int outputs() {
        return node.outputs().size();
    }

    boolean wants(int output) {
        return output < outputs() && !node.outputs().get(output).isEmpty();
    }

    boolean has(String attribute) {
        return node.attributes().containsKey(attribute);
    }

    long number(String attribute, long otherwise) {
        return attribute(attribute) instanceof OnnxAttribute.Whole n ? n.value() : absent(attribute, otherwise);
    }

    boolean flag(String attribute, boolean otherwise) {
        return number(attribute, otherwise ? 1 : 0) != 0;
    }

    float real(String attribute, double otherwise) {
        return attribute(attribute) instanceof OnnxAttribute.Real r ? r.value() : absent(attribute, (float) otherwise);
    }

    String text(String attribute, String otherwise) {
        return attribute(attribute) instanceof OnnxAttribute.Text t ? t.value() : absent(attribute, otherwise);
    }

    /** A list, or null. */
    long[] numbers(String attribute) {
        return attribute(attribute) instanceof OnnxAttribute.Numbers n ? n.values() : absent(attribute, null);
    }

    /** A list, or null. */
    float[] reals(String attribute) {
        return attribute(attribute) instanceof OnnxAttribute.Reals r ? r.values() : absent(attribute, null);
    }

    /** A tensor, or null. */
    OnnxValue value(String attribute) {
        return attribute(attribute) instanceof OnnxAttribute.Value v ? v.value() : absent(attribute, null);
    }

    private OnnxAttribute attribute(String name) {
        return node.attributes().get(name);
    }

    private <T> T absent(String attribute, T otherwise) {
        if (has(attribute)) {
            throw wrong("its attribute " + attribute + " is " + attribute(attribute));
        }
        return otherwise;
    }

    /** The whole numbers of an input or, before it was one, of an attribute; null where there is neither. */
    long[] list(int input, String attribute) {
        OnnxValue value = optional(input);
        if (value == null) {
            return numbers(attribute);
        }
        long[] list = new long[value.size()];
        for (int i = 0; i < list.length; i++) {
            list[i] = value.integer(i);
        }
        return list;
    }

    /** An axis counted from either end. */
    int axis(long axis, int rank) {
        long from = axis < 0 ? axis + rank : axis;
        if (from < 0 || from >= rank) {
            throw wrong("axis " + axis + " is not one of " + rank);
        }
        return (int) from;
    }

    /** A result of zeros. */
    OnnxValue make(OnnxType type, int... shape) {
        long count = OnnxValue.count(shape);
        if (count > MOST_ELEMENTS) {
            throw wrong(
                    "its result of shape " + Arrays.toString(shape) + " has more than " + MOST_ELEMENTS + " elements");
        }
        memory.take(count * (type.isFloats() ? Float.BYTES : Double.BYTES));
        return OnnxValue.zeros(type, shape);
    }

    AthanorException wrong(String why) {
        return wrong(node, why);
    }

    static AthanorException wrong(OnnxNode node, String why) {
        return new AthanorException(
                "Cannot compute " + node.describe() + " of the ONNX graph",
                why,
                "Check the inputs against the model's, and export it again");
    }
}
