package dev.athanor.spark.job;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares one parameter of a job, on a component of its parameter record.
 *
 * <p>The component's name in camelCase gives {@code --kebab-case} on the command line and {@code snake_case} in SQL and
 * JSON. Types: {@code String}, {@code int}/{@code Integer}, {@code long}/{@code Long}, {@code double}/{@code Double},
 * {@code boolean}, {@code List<String>} (comma-separated on the command line) and {@code Map<String, String>} (repeated
 * {@code k=v}). What is absent and has no default is null, an empty list or an empty map.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Param {
    /** One sentence, with the unit. */
    String doc();

    boolean required() default false;

    /** Default, as it would be written on the command line; empty for none. */
    String defaultValue() default "";

    /** The values allowed, or empty for any. */
    String[] choices() default {};

    /** Name of the command-line option without dashes, where the component's name would read badly. */
    String option() default "";

    /** Whether the parameter may also be given by position on the command line, after the options; -1 for no. */
    int position() default -1;

    /** Whether the parameter makes sense on the command line only and is left out of SQL. */
    boolean commandLineOnly() default false;
}
