/**
 * The {@code quantize} job: a version of a model with weights of 8 or 16 bits, and what that costs in quality and gains in
 * speed. Entry type: {@link dev.athanor.pipelines.quantize.QuantizeJob}.
 */
package dev.athanor.pipelines.quantize;
