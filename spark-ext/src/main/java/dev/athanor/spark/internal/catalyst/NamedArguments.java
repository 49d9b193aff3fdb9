package dev.athanor.spark.internal.catalyst;

import dev.athanor.engine.AthanorException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedArgumentExpression;

/** Arguments of a function by place or by name, {@code on_overflow => 'error'}. */
final class NamedArguments {
    private final String function;
    private final List<String> names;
    private final int required;

    /**
     * @param names of all parameters, in order
     * @param required how many of them, from the first, a call must give
     */
    NamedArguments(String function, List<String> names, int required) {
        this.function = function;
        this.names = names;
        this.required = required;
    }

    /**
     * One expression for each parameter, null where none is given.
     *
     * @throws AthanorException when one is missing, unknown, or given twice
     */
    List<Expression> inOrder(List<Expression> arguments) {
        Expression[] ordered = new Expression[names.size()];
        for (int i = 0; i < arguments.size(); i++) {
            int place = i;
            Expression value = arguments.get(i);
            if (value instanceof NamedArgumentExpression named) {
                place = names.indexOf(named.key().toLowerCase(java.util.Locale.ROOT));
                value = named.value();
                if (place < 0) {
                    throw wrong("it has no argument '" + named.key() + "'");
                }
            }
            if (place >= ordered.length) {
                throw wrong(arguments.size() + " arguments are given");
            }
            if (ordered[place] != null) {
                throw wrong("its argument '" + names.get(place) + "' is given twice");
            }
            ordered[place] = value;
        }
        for (int i = 0; i < required; i++) {
            if (ordered[i] == null) {
                throw wrong("its argument '" + names.get(i) + "' is missing");
            }
        }
        return Arrays.asList(ordered);
    }

    private AthanorException wrong(String reason) {
        return new AthanorException("Cannot call " + function, reason, "Write " + usage());
    }

    private String usage() {
        StringBuilder usage = new StringBuilder(function).append('(');
        for (int i = 0; i < names.size(); i++) {
            usage.append(i >= required ? " [" : "").append(i > 0 ? ", " : "").append(names.get(i));
        }
        return usage.append("]".repeat(names.size() - required)).append(')').toString();
    }
}
