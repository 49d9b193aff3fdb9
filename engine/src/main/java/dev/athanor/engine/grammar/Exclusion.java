package dev.athanor.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.HashSet;
import java.util.Set;

/** Whether no value fits two shapes; where it says so it is sure, where not it may be. */
final class Exclusion {
    private Exclusion() {}

    static boolean holds(Shape a, Shape b) {
        if (a instanceof Shape.Choice choice) {
            return choice.shapes().stream().allMatch(shape -> holds(shape, b));
        } else if (b instanceof Shape.Choice) {
            return holds(b, a);
        } else if (a instanceof Shape.Values some && b instanceof Shape.Values others) {
            return Collections.disjoint(comparable(some.values()), comparable(others.values()));
        } else if (a instanceof Shape.Members some && b instanceof Shape.Members others) {
            return membersDiffer(some, others);
        } else if (a instanceof Shape.Whole some && b instanceof Shape.Whole others) {
            return some.most() < others.least() || others.most() < some.least();
        }
        return Collections.disjoint(kinds(a), kinds(b));
    }

    private static boolean membersDiffer(Shape.Members a, Shape.Members b) {
        return a.members().stream().filter(Shape.Member::required).anyMatch(some -> b.members().stream()
                .anyMatch(other ->
                        other.required() && other.name().equals(some.name()) && holds(some.value(), other.value())));
    }

    /** Numbers of one value are one. */
    private static Set<Object> comparable(Set<JsonNode> values) {
        Set<Object> result = new HashSet<>();
        for (JsonNode value : values) {
            if (value.isNumber()) {
                BigDecimal number = value.decimalValue();
                result.add(number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros());
            } else {
                result.add(value);
            }
        }
        return result;
    }

    private static Set<String> kinds(Shape shape) {
        if (shape instanceof Shape.Nothing) {
            return Set.of("null");
        } else if (shape instanceof Shape.Flag) {
            return Set.of("boolean");
        } else if (shape instanceof Shape.Fraction || shape instanceof Shape.Whole) {
            return Set.of("number");
        } else if (shape instanceof Shape.Text) {
            return Set.of("string");
        } else if (shape instanceof Shape.Items) {
            return Set.of("array");
        } else if (shape instanceof Shape.Members || shape instanceof Shape.Entries) {
            return Set.of("object");
        } else if (shape instanceof Shape.Values values) {
            Set<String> kinds = new HashSet<>();
            for (JsonNode value : values.values()) {
                kinds.add(
                        value.isNull()
                                ? "null"
                                : value.isBoolean()
                                        ? "boolean"
                                        : value.isNumber()
                                                ? "number"
                                                : value.isTextual() ? "string" : value.isArray() ? "array" : "object");
            }
            return kinds;
        }
        return Set.of("null", "boolean", "number", "string", "array", "object"); // a reference may be anything
    }
}
