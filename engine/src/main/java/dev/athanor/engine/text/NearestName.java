package dev.athanor.engine.text;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name a mistyped one was probably meant to be, by edit distance. */
public final class NearestName {
    private NearestName() {}

    /**
     * @return the known name with the smallest edit distance to {@code name}, ignoring case, when at most a third of its
     *     characters differ (at least two are allowed); ties go to a name of the same
     *     letters, then to the alphabetically first
     */
    public static Optional<String> of(String name, Collection<String> known) {
        String wanted = name.toLowerCase(Locale.ROOT);
        return known.stream()
                .filter(k -> distance(wanted, k.toLowerCase(Locale.ROOT)) <= Math.max(2, k.length() / 3))
                .min(Comparator.<String>comparingInt(k -> distance(wanted, k.toLowerCase(Locale.ROOT)))
                        .thenComparing(k -> !letters(wanted).equals(letters(k.toLowerCase(Locale.ROOT))))
                        .thenComparing(Comparator.naturalOrder()));
    }

    private static List<Integer> letters(String name) {
        return name.chars().sorted().boxed().toList();
    }

    /** {@code "did you mean 'x'?"}, or the list of known names when none is near. */
    public static String hint(String name, Collection<String> known) {
        return of(name, known)
                .map(k -> "Did you mean '" + k + "'?")
                .orElseGet(() -> "Known names: " + String.join(", ", known));
    }

    /** Insertions, deletions, replacements and swaps of two neighbours (optimal string alignment). */
    static int distance(String a, String b) {
        int[] beforePrevious = new int[b.length() + 1];
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
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            int[] oldest = beforePrevious;
            beforePrevious = previous;
            previous = current;
            current = oldest;
        }
        return previous[b.length()];
    }
}
