/**
 * Dense arrays with a shape, views of them, and arenas that own their memory.
 *
 * <p>Entry type: {@link dev.athanor.engine.tensor.Tensor}. Depends on nothing.
 */
package dev.athanor.engine.tensor;
