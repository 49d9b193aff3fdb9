/**
 * The command line: options made from the jobs' declarations, the session they run in, and reports as text or JSON.
 *
 * <p>Entry type: {@link dev.athanor.pipelines.cli.AthanorCommand}. Knows jobs only through {@code spark-ext}'s
 * {@code job} package.
 */
package dev.athanor.pipelines.cli;
