/**
 * Configuration keys, declared once with doc, unit, default and check; the configuration page and the reference file
 * are made from the declarations.
 *
 * <p>Entry types: {@link dev.athanor.engine.conf.ConfKey}, {@link dev.athanor.engine.conf.ConfKeys}. Depends on nothing
 * but the engine's own errors and name hints.
 */
package dev.athanor.engine.conf;
