/** The training loop: feeds, epochs, validation, early stopping, checkpoints, progress. */
package dev.athanor.engine.train;
