/**
 * Live progress for a person at a terminal: {@link dev.athanor.pipelines.progress.TerminalProgress}.
 *
 * <p>Writes to the stream it is given, the standard error of the command line, and to nothing else.
 */
package dev.athanor.pipelines.progress;
