/** Configuration keys, declared once with doc, unit, default and check. */
package dev.athanor.engine.conf;
