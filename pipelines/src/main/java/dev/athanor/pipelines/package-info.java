/** The jobs and the one command line. Depends on every other module; nothing depends on it. */
package dev.athanor.pipelines;
