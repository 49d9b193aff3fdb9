package dev.athanor.engine.onnx;

/** What a node is set to; its number, text, list or tensor. */
sealed interface OnnxAttribute {
    record Whole(long value) implements OnnxAttribute {}

    record Real(float value) implements OnnxAttribute {}

    record Text(String value) implements OnnxAttribute {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Numbers(long[] values) implements OnnxAttribute {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Reals(float[] values) implements OnnxAttribute {}

    record Value(OnnxValue value) implements OnnxAttribute {}

    /** One that is not read: a graph, a type, strings, a tensor of a type that is not computed with. */
    record Other(String kind) implements OnnxAttribute {}
}
