/** Computations recorded once and replayed: forward in order, backward in reverse. Each op keeps both passes in one class. */
package dev.athanor.engine.autodiff;
