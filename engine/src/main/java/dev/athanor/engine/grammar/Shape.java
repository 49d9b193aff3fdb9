package dev.athanor.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/** What a JSON value looks like: a schema that was checked. */
sealed interface Shape {
    /** Every value. */
    record Any() implements Shape {}

    /** Null. */
    record Nothing() implements Shape {}

    /** True or false. */
    record Flag() implements Shape {}

    /** A number, with or without a fraction. */
    record Fraction() implements Shape {}

    /** An integer from {@code least} to {@code most}, both included. */
    record Whole(long least, long most) implements Shape {}

    /** A string of {@code least} to {@code most} code points; {@code most} is -1 where there is no limit. */
    record Text(int least, int most) implements Shape {}

    /** One of some values. */
    record Values(Set<JsonNode> values) implements Shape {}

    /** An array; {@code most} is -1 where there is no limit. */
    record Items(Shape item, int least, int most) implements Shape {}

    /** An object of any names. */
    record Entries(Shape value) implements Shape {}

    /** An object of some names, in this order. */
    record Members(List<Member> members) implements Shape {}

    /** What one of some shapes is. */
    record Choice(List<Shape> shapes) implements Shape {}

    /** What the schema at a JSON pointer is. */
    record Reference(String pointer) implements Shape {}

    /** A name and its value in an object. */
    record Member(String name, Shape value, boolean required) {}
}
