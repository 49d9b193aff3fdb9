package dev.athanor.engine.table;

import java.util.Map;

/** What a pass over the rows learnt about one feature column. */
public sealed interface ColumnProfile {
    /** Rows seen, missing values included. */
    long rows();

    /** Missing values. */
    long nulls();

    /**
     * A column of numbers; moments and range are of the finite values.
     *
     * @param nans values that are not a number
     * @param infinities infinite values
     * @param mean arithmetic mean
     * @param deviation population standard deviation
     * @param min least value
     * @param max greatest value
     * @param distinct number of distinct values, or -1 for more than 1,000
     */
    record Numbers(
            long rows,
            long nulls,
            long nans,
            long infinities,
            double mean,
            double deviation,
            double min,
            double max,
            int distinct)
            implements ColumnProfile {}

    /**
     * A column of strings.
     *
     * @param meanBytes mean length in UTF-8 bytes of the values that are not null
     * @param meanWords mean number of words
     * @param cut values longer than what is read of a cell
     * @param values distinct values with their counts, the commonest first; null for more than 1,000
     * @param documents per hash bucket, the number of values with an n-gram in it
     */
    @SuppressWarnings("ArrayRecordComponent") // a profile is built once and read: copies of 1 MiB would buy nothing
    record Strings(
            long rows,
            long nulls,
            double meanBytes,
            double meanWords,
            long cut,
            Map<String, Long> values,
            int[] documents)
            implements ColumnProfile {}

    /**
     * A column of vectors; moments are of the vectors as long as the first.
     *
     * @param lengths rows by length: more than one entry means ragged
     * @param notFinite rows with a NaN or infinite element
     * @param means mean of each element
     * @param deviations population standard deviation of each element
     * @param min least element
     * @param max greatest element
     * @param whole whether every element is a whole number
     */
    @SuppressWarnings("ArrayRecordComponent") // as above
    record Vectors(
            long rows,
            long nulls,
            Map<Long, Long> lengths,
            long notFinite,
            double[] means,
            double[] deviations,
            float min,
            float max,
            boolean whole)
            implements ColumnProfile {}

    /**
     * A column of image files.
     *
     * @param unreadable values that are neither PNG nor JPEG by their header
     * @param sizes rows by image size
     */
    record Images(long rows, long nulls, long unreadable, Map<InputLayout.ImageShape, Long> sizes)
            implements ColumnProfile {}
}
