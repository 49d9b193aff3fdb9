package dev.athanor.pipelines.report;

import dev.athanor.engine.metrics.Evaluation.ClassQuality;
import dev.athanor.pipelines.report.ReportContent.Classification;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Counts by actual and predicted class, and what follows from them per class. Immutable. */
final class Confusion {
    private static final int SHOWN = 20;

    private final List<String> classes;
    private final long[][] counts;
    private final int folded;

    private Confusion(List<String> classes, long[][] counts, int folded) {
        this.classes = classes;
        this.counts = counts;
        this.folded = folded;
    }

    /** Names of the rows and columns, in index order. */
    List<String> classes() {
        return classes;
    }

    /** How many classes the last row and column stand for; 0 when every class has its own. */
    int folded() {
        return folded;
    }

    long count(int actual, int predicted) {
        return counts[actual][predicted];
    }

    static Confusion of(Classification outcome) {
        long[][] counts = new long[outcome.confusion().size()][];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = outcome.confusion().get(i).stream()
                    .mapToLong(Long::longValue)
                    .toArray();
        }
        return new Confusion(outcome.classes().stream().map(ClassQuality::name).toList(), counts, 0);
    }

    /** The same where there are at most 20 classes; else the 20 with most errors, and one class for all others. */
    Confusion worst() {
        int n = classes.size();
        if (n <= SHOWN) {
            return this;
        }
        List<Integer> kept = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingLong(this::errors).reversed().thenComparing(Comparator.naturalOrder()))
                .limit(SHOWN)
                .sorted()
                .toList();
        int[] target = new int[n];
        Arrays.fill(target, SHOWN);
        for (int i = 0; i < kept.size(); i++) {
            target[kept.get(i)] = i;
        }
        long[][] smaller = new long[SHOWN + 1][SHOWN + 1];
        for (int actual = 0; actual < n; actual++) {
            for (int predicted = 0; predicted < n; predicted++) {
                smaller[target[actual]][target[predicted]] += counts[actual][predicted];
            }
        }
        List<String> names = new ArrayList<>();
        kept.forEach(i -> names.add(classes.get(i)));
        names.add("all " + (n - SHOWN) + " others");
        return new Confusion(names, smaller, n - SHOWN);
    }

    /** Rows of the class that were predicted as another, and rows of others predicted as it. */
    private long errors(int i) {
        return rows(i) + predicted(i) - 2 * counts[i][i];
    }

    long rows(int actual) {
        long sum = 0;
        for (long count : counts[actual]) {
            sum += count;
        }
        return sum;
    }

    private long predicted(int column) {
        long sum = 0;
        for (long[] row : counts) {
            sum += row[column];
        }
        return sum;
    }
}
