/**
 * What the jobs have in common about their input: parameters to a source, and names to its columns.
 *
 * <p>Entry type: {@link dev.athanor.pipelines.input.Input}.
 */
package dev.athanor.pipelines.input;
