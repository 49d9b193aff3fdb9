package dev.athanor.pipelines.report;

import java.util.Locale;
import java.util.Map;

/** How figures read: names, short explanations, and numbers with the digits that matter. */
final class Figures {
    private record Meaning(String title, String explanation, boolean share) {}

    private static final Map<String, Meaning> KNOWN = Map.ofEntries(
            Map.entry("accuracy", new Meaning("Accuracy", "share of rows predicted right", true)),
            Map.entry("macro_f1", new Meaning("Macro F1", "F1 averaged over the classes, each the same weight", true)),
            Map.entry("ece", new Meaning("ECE", "expected calibration error: confidence minus accuracy", true)),
            Map.entry("brier", new Meaning("Brier score", "squared error of the probabilities, 0 is perfect", false)),
            Map.entry("log_loss", new Meaning("Log loss", "mean −log probability of the true class", false)),
            Map.entry("rmse", new Meaning("RMSE", "root mean squared error, in the label’s unit", false)),
            Map.entry("mae", new Meaning("MAE", "mean absolute error, in the label’s unit", false)),
            Map.entry("r2", new Meaning("R²", "share of the label’s variance explained", false)),
            Map.entry(
                    "interval_coverage",
                    new Meaning("Interval coverage", "share of rows inside their 90 % interval", true)));

    private Figures() {}

    static String title(String name) {
        Meaning known = KNOWN.get(name);
        return known != null ? known.title : name.replace('_', ' ');
    }

    static String explanation(String name) {
        Meaning known = KNOWN.get(name);
        return known != null ? known.explanation : "";
    }

    /** The value as a reader wants it: shares in percent, others with four significant digits. */
    static String value(String name, double value) {
        Meaning known = KNOWN.get(name);
        return known != null && known.share ? percent(value) : number(value);
    }

    /** {@code 98.3 %}; one decimal, two where one would hide the figure. */
    static String percent(double share) {
        if (!Double.isFinite(share)) {
            return "–";
        }
        double percent = 100 * share;
        int decimals = percent != 0 && Math.abs(percent) < 1 ? 2 : 1;
        return String.format(Locale.ROOT, "%." + decimals + "f %%", percent);
    }

    /** {@code 40 %}, for axes and bounds. */
    static String wholePercent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** Four significant digits, thousands grouped. */
    static String number(double value) {
        if (!Double.isFinite(value)) {
            return "–";
        }
        double size = Math.abs(value);
        if (size == 0) {
            return "0";
        }
        if (size < 1e-4 || size >= 1e9) {
            return String.format(Locale.ROOT, "%.3g", value);
        }
        int decimals = Math.max(0, 3 - (int) Math.floor(Math.log10(size)));
        String text = String.format(Locale.ROOT, "%,." + Math.min(decimals, 6) + "f", value);
        return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
    }

    static String count(long rows) {
        return String.format(Locale.ROOT, "%,d", rows);
    }

    /** At most {@code longest} characters, the rest an ellipsis; never half a surrogate pair. */
    static String shorten(String text, int longest) {
        if (text.codePointCount(0, text.length()) <= longest) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, longest - 1)) + "…";
    }
}
