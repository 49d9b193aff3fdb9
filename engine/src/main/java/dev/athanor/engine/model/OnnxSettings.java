package dev.athanor.engine.model;

/**
 * How rows and texts meet a graph; {@code onnx.json} of a package.
 *
 * @param output the value that is computed
 * @param width numbers of a row of it
 * @param probabilities whether they are probabilities already, and not logits
 */
record OnnxSettings(String output, int width, boolean probabilities) {}
