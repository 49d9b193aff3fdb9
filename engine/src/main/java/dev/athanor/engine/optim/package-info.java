/** Optimizers, learning-rate schedules and gradient clipping. */
package dev.athanor.engine.optim;
