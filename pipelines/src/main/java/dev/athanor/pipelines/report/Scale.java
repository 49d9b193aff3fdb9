package dev.athanor.pipelines.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Maps values to pixels along one axis.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}, above low
 * @param from pixel
 * @param to pixel
 * @param step distance of the ticks, in values
 */
record Scale(double low, double high, double from, double to, double step) {

    /** An axis over [low, high], widened to round numbers with about {@code ticks} steps. */
    static Scale round(double low, double high, double from, double to, int ticks) {
        double least = low;
        double most = high;
        if (!(most > least)) {
            double margin = Math.max(Math.abs(least) * 0.1, 1e-6);
            least -= margin;
            most += margin;
        }
        double rough = (most - least) / ticks;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double unit = rough / power;
        double step = power * (unit <= 1 ? 1 : unit <= 2 ? 2 : unit <= 5 ? 5 : 10);
        return new Scale(Math.floor(least / step) * step, Math.ceil(most / step) * step, from, to, step);
    }

    double at(double value) {
        return from + (value - low) / (high - low) * (to - from);
    }

    /** The pixel as SVG writes it. */
    String px(double value) {
        return pixel(at(value));
    }

    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        long count = (long) Math.floor((high - low) / step + 1e-6);
        for (long i = 0; i <= count; i++) {
            double tick = low + i * step;
            ticks.add(Math.abs(tick) < step * 1e-9 ? 0 : tick);
        }
        return ticks;
    }

    /** A tick's label with the decimals that the step needs. */
    String label(double tick) {
        int decimals = (int) Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
        return String.format(Locale.ROOT, "%,." + decimals + "f", tick);
    }

    static String pixel(double value) {
        String text = String.format(Locale.ROOT, "%.1f", value);
        return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
    }
}
