package dev.athanor.engine.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name a mistyped one was probably meant to be, by edit distance. */
public final class NearestName {
    private NearestName() {}

    /**
     * @return the known name with the smallest Levenshtein distance to {@code name}, ignoring case, when at most a third
     *     of its characters differ (at least two are allowed); ties go to the alphabetically first
     */
    public static Optional<String> of(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(k -> distance(wanted, k.toLowerCase(Locale.ROOT)) <= Math.max(2, k.length() / 3))
                .min(Comparator.<String>comparingInt(k -> distance(wanted, k.toLowerCase(Locale.ROOT)))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** {@code "did you mean 'x'?"}, or the list of known names when none is near. */
    public static String hint(String name, Collection<String> known) {
        return of(name, known)
                .map(k -> "Did you mean '" + k + "'?")
                .orElseGet(() -> "Known names: " + String.join(", ", known));
    }

    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replace, Math.min(previous[j], current[j - 1]) + 1);
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
