package dev.athanor.engine.conf;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All keys under one prefix, in groups, so that a mistyped key is an error and not silence. Immutable.
 *
 * @param prefix what every key starts with: {@code spark.athanor.}
 * @param groups the keys by the title of their group, in the order of the page
 */
public record ConfKeys(String prefix, Map<String, List<ConfKey<?>>> groups) {
    public ConfKeys {
        Map<String, List<ConfKey<?>>> copy = new LinkedHashMap<>();
        Map<String, String> seen = new LinkedHashMap<>();
        groups.forEach((title, keys) -> {
            for (ConfKey<?> key : keys) {
                if (!key.name().startsWith(prefix)) {
                    throw new IllegalArgumentException(key + " does not start with " + prefix);
                }
                if (seen.put(key.name(), title) != null) {
                    throw new IllegalArgumentException(key + " is declared twice");
                }
            }
            copy.put(title, List.copyOf(keys));
        });
        groups = java.util.Collections.unmodifiableMap(copy);
    }

    /** Every key, in the order of the page. */
    public List<ConfKey<?>> all() {
        List<ConfKey<?>> all = new ArrayList<>();
        groups.values().forEach(all::addAll);
        return all;
    }

    /**
     * Checks that every name under the prefix is a declared key and that its value is allowed.
     *
     * @param settings names and texts; names outside the prefix are ignored
     * @throws AthanorException for the first unknown name (with the nearest known one) or value that is not allowed
     */
    public void check(Map<String, String> settings) {
        Collection<String> known = all().stream().map(ConfKey::name).toList();
        settings.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .forEach(name -> {
                    if (!known.contains(name)) {
                        String hint = NearestName.hint(name, known);
                        throw new AthanorException(
                                "Cannot use the setting " + name + "=" + settings.get(name),
                                "there is no such key",
                                hint + " The page conf/CONFIG.md and the command 'athanor config' list every key");
                    }
                });
        for (ConfKey<?> key : all()) {
            key.read(settings::get);
        }
    }
}
