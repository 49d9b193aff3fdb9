package dev.athanor.spark.job;

import java.util.List;
import java.util.Locale;

/**
 * One parameter of a job, as its {@link Param} declares it.
 *
 * @param name in SQL and JSON: {@code batch_size}
 * @param option on the command line, without dashes: {@code batch-size}
 * @param type what it holds
 * @param javaType type of the record's component: a primitive cannot be absent
 * @param doc one sentence, with the unit
 * @param defaultText default as written on the command line, or null for none
 * @param defaultValue default as the record gets it: null, an empty list or an empty map for none
 * @param required whether it must be given
 * @param choices the values allowed; empty for any
 * @param position index among the command line's positional arguments, or -1
 * @param commandLineOnly whether it is left out of SQL
 */
public record ParamSpec(
        String name,
        String option,
        ParamType type,
        Class<?> javaType,
        String doc,
        String defaultText,
        Object defaultValue,
        boolean required,
        List<String> choices,
        int position,
        boolean commandLineOnly) {
    /** {@code --batch-size}, or {@code -e} for a name of one letter. */
    public String flag() {
        return (option.length() == 1 ? "-" : "--") + option;
    }

    /** {@code --batch-size (in SQL: batch_size)}, for messages. */
    public String title() {
        String shown = position >= 0 ? name.toUpperCase(Locale.ROOT) : flag();
        return shown + (commandLineOnly ? "" : " (in SQL: " + name + ")");
    }
}
