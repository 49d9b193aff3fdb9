package dev.athanor.engine.table;

import java.util.Map;

/**
 * What a pass over the rows learnt about the label column.
 *
 * @param rows rows seen, those without a label included
 * @param nulls rows without a label, which training leaves out
 * @param nans labels that are NaN or infinite
 * @param strings distinct labels of a STRING column with their counts; null for numbers, or beyond 10,000
 * @param numbers distinct labels of a NUMBER column with their counts, ascending; null for strings, or beyond 10,000
 * @param whole whether every number is whole
 * @param mean of the finite numbers
 * @param deviation population standard deviation of the finite numbers
 */
public record LabelProfile(
        long rows,
        long nulls,
        long nans,
        Map<String, Long> strings,
        Map<Double, Long> numbers,
        boolean whole,
        double mean,
        double deviation) {}
