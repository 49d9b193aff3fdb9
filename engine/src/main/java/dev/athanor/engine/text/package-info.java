/** Plain text services without dependencies: the nearest name for a hint. */
package dev.athanor.engine.text;
