/**
 * Model packages: written once, verified on load, and the predictors that run them.
 *
 * <p>Entry types: {@link dev.athanor.engine.model.Model} and {@link dev.athanor.engine.model.PackageFiles}. Depends on
 * {@code table}, {@code nn}, {@code transformer}, {@code onnx}, {@code format} and {@code kernels}.
 */
package dev.athanor.engine.model;
