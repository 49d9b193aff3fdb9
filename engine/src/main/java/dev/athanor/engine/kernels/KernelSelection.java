package dev.athanor.engine.kernels;

/**
 * Which provider computes, and why: shown in the log once, in reports and in {@code EXPLAIN}.
 *
 * @param kernels the provider chosen
 * @param reason why this one, naming each better one that was passed over and what would cure it
 */
public record KernelSelection(Kernels kernels, String reason) {}
