/** Quality measures and calibration of predictions. */
package dev.athanor.engine.metrics;
