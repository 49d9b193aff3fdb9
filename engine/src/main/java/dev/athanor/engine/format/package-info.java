/** File formats written and read by own code: safetensors. */
package dev.athanor.engine.format;
