package dev.athanor.engine.table;

import dev.athanor.engine.AthanorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the label means to the network.
 *
 * <p>The rule: strings, booleans, dates and timestamps are classes; {@code float}, {@code double} and decimals with a fraction are
 * numbers to regress on; whole numbers are classes while there are at most 100 distinct ones and each stands for two
 * rows or more on average, and numbers otherwise.
 *
 * @param column name of the label column
 * @param sqlType its SQL type as DDL
 * @param task what follows from it
 * @param classes class names in index order, as {@link ValueText} writes them: numbers and times ascending, strings in alphabetical order; empty for regression
 * @param counts rows of each class in the training table
 * @param mean of the labels, for regression
 * @param scale standard deviation of the labels, for regression: a target is {@code (y - mean) / scale}
 * @param reason why this task
 */
public record LabelPlan(
        String column,
        String sqlType,
        Task task,
        List<String> classes,
        List<Long> counts,
        double mean,
        double scale,
        String reason) {
    private static final int WHOLE_NUMBER_CLASSES = 100;
    /** Fewer are an example, of which nobody expects that its classes occur again. */
    private static final long FEW_ROWS = 10;

    private static final double EXACT_LIMIT = 0x1p53;

    public LabelPlan {
        classes = List.copyOf(classes);
        counts = List.copyOf(counts);
    }

    /** A plan that only knows names: enough to find the class of a label. */
    public static LabelPlan ofClasses(String column, String sqlType, Task task, List<String> classes) {
        return new LabelPlan(column, sqlType, task, classes, List.of(), 0, 1, "");
    }

    /** The plan for a profiled label, or a clear error when nothing can be learnt from it. */
    static LabelPlan of(TableProfile profile) {
        LabelProfile labels = profile.labels();
        String column = profile.label().name();
        String type = profile.label().sqlType().toLowerCase(Locale.ROOT).replace(" ", "");
        if (labels.rows() == 0) {
            throw new AthanorException(
                    "Cannot train model",
                    "the table has no rows",
                    "Check the input and the query that selects from it");
        }
        if (labels.rows() == labels.nulls()) {
            throw new AthanorException(
                    "Cannot train model",
                    "label column " + column + " is null in all " + labels.rows() + " rows",
                    "Name the column that holds the label with --label");
        }
        if (labels.nans() > 0) {
            throw new AthanorException(
                    "Cannot train model",
                    "label column " + column + " holds " + labels.nans() + " NaN or infinite values",
                    "Remove those rows, or turn the values into null: rows without a label are left out");
        }
        if (profile.label().kind() == ColumnKind.STRING) {
            return classes(profile, type, labels.strings(), "its labels are strings");
        }
        if (type.equals("boolean")) {
            return classes(profile, type, named(labels.numbers(), type), "its labels are booleans");
        }
        int distinct = labels.numbers() == null ? -1 : labels.numbers().size();
        boolean repeated = distinct >= 0 && distinct * 2L <= Math.max(4, profile.rows());
        if (ValueText.isTime(type)) {
            if (distinct != 1 && !repeated) {
                throw new AthanorException(
                        "Cannot train model",
                        "label column " + column + " holds " + (distinct < 0 ? "more than 10,000" : distinct)
                                + " different values of type " + type + " in " + profile.rows()
                                + " rows, too many to be classes",
                        "Turn it into a number, as with unix_seconds or datediff, or into fewer values, as with date_trunc");
            }
            String kind = type.equals("date") ? "dates" : "timestamps";
            return classes(profile, type, named(labels.numbers(), type), "its labels are " + distinct + " " + kind);
        }
        boolean fractional =
                type.equals("float") || type.equals("double") || (type.startsWith("decimal") && !type.endsWith(",0)"));
        if (fractional) {
            boolean whole = labels.whole() && distinct > 0 && distinct <= WHOLE_NUMBER_CLASSES && repeated;
            return regression(
                    profile,
                    type,
                    "its labels are of type " + type
                            + (whole
                                    ? "; as they are whole, CAST(" + column + " AS INT) would make classes of them"
                                    : ""));
        }
        if (distinct == 1 || (distinct > 0 && distinct <= WHOLE_NUMBER_CLASSES && repeated)) {
            refuseInexact(column, labels.numbers());
            return classes(
                    profile, type, named(labels.numbers(), type), "its labels are " + distinct + " whole numbers");
        }
        return regression(
                profile,
                type,
                "its labels are whole numbers with " + (distinct < 0 ? "more than 10,000" : distinct)
                        + " distinct values, too many for classes");
    }

    /** Numbers are read as doubles, which hold each whole number only up to 2^53. */
    private static void refuseInexact(String column, Map<Double, Long> numbers) {
        for (double value : numbers.keySet()) {
            if (Math.abs(value) >= EXACT_LIMIT) {
                throw new AthanorException(
                        "Cannot train model",
                        "label column " + column + " holds class " + String.format(Locale.ROOT, "%.0f", value)
                                + ", and whole numbers from 2^53 on cannot be told apart",
                        "Turn it into a string: CAST(" + column + " AS STRING)");
            }
        }
    }

    private static Map<String, Long> named(Map<Double, Long> numbers, String type) {
        Map<String, Long> names = new java.util.LinkedHashMap<>();
        numbers.forEach((value, n) -> names.merge(ValueText.of(value, type), n, Long::sum));
        return names;
    }

    private static LabelPlan classes(TableProfile profile, String type, Map<String, Long> counts, String why) {
        String column = profile.label().name();
        if (counts == null) {
            throw new AthanorException(
                    "Cannot train model",
                    "label column " + column + " has more than 10,000 distinct values",
                    "Group them into fewer classes, or use a numeric label for regression");
        }
        if (counts.size() == 1) {
            throw new AthanorException(
                    "Cannot train model",
                    "label column " + column + " has one class, '"
                            + counts.keySet()
                                    .iterator()
                                    .next()
                                    .replace("\n", "\\n")
                                    .replace("\r", "\\r")
                            + "', in all " + profile.rows() + " rows",
                    "A classifier needs rows of two classes at least");
        }
        if (profile.rows() >= FEW_ROWS && counts.values().stream().allMatch(n -> n == 1)) {
            throw new AthanorException(
                    "Cannot train model",
                    "each of the " + profile.rows() + " rows has a class of its own in label column " + column
                            + ", as in a column of names or ids",
                    "Name a column whose values occur again with --label, or give more rows");
        }
        List<String> names = new ArrayList<>(counts.keySet());
        if (profile.label().kind() == ColumnKind.STRING) {
            names.sort(null);
        }
        List<Long> perClass = names.stream().map(counts::get).toList();
        return new LabelPlan(
                column, type, Task.CLASSIFICATION, names, perClass, 0, 1, "classification, because " + why);
    }

    private static LabelPlan regression(TableProfile profile, String type, String why) {
        double deviation = profile.labels().deviation();
        if (deviation == 0) {
            throw new AthanorException(
                    "Cannot train model",
                    "label column " + profile.label().name() + " has the same value, "
                            + profile.labels().mean() + ", in all " + profile.rows() + " rows",
                    "Regression needs labels that differ");
        }
        return new LabelPlan(
                profile.label().name(),
                type,
                Task.REGRESSION,
                List.of(),
                List.of(),
                profile.labels().mean(),
                deviation,
                "regression, because " + why);
    }
}
