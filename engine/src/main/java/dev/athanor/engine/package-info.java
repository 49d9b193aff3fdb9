/**
 * The native engine: tensors, kernels, autodiff, networks, training, encoders and model packages.
 *
 * <p>Depends on nothing of Athanor, Spark or HTTP; everything else depends on it. Entry types:
 * {@link dev.athanor.engine.model.Model} to predict, {@link dev.athanor.engine.train.TableTrainer} to train.
 */
package dev.athanor.engine;
