package dev.athanor.engine.grammar;

import com.fasterxml.jackson.databind.JsonNode;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Reads a schema's keywords, and refuses those that no grammar would hold to. */
final class SchemaReader {
    static final String PROBLEM = "Cannot generate text with response_format";

    /** Largest integer that is generated: 18 digits fit a bigint. */
    static final long MOST = 999_999_999_999_999_999L;

    private static final int LONGEST = 1 << 20;
    private static final int MOST_VALUES = 10_000;
    private static final int DEEPEST = 200;

    private static final Set<String> ANNOTATIONS = Set.of(
            "$schema",
            "$id",
            "$comment",
            "$anchor",
            "$defs",
            "definitions",
            "title",
            "description",
            "default",
            "examples",
            "deprecated",
            "readOnly",
            "writeOnly");
    private static final Map<String, Set<String>> TYPES = types();
    private static final Set<String> OTHERS = Set.of("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref");

    private final JsonNode root;
    private final String place;
    private final Map<String, Shape> references = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();

    SchemaReader(JsonNode root, String place) {
        this.root = root;
        this.place = place;
    }

    /** Keywords by the type that they are about. */
    private static Map<String, Set<String>> types() {
        Map<String, Set<String>> types = new LinkedHashMap<>();
        types.put("object", Set.of("properties", "required", "additionalProperties"));
        types.put("array", Set.of("items", "minItems", "maxItems"));
        types.put("string", Set.of("minLength", "maxLength"));
        types.put("integer", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"));
        types.put("number", Set.of());
        types.put("boolean", Set.of());
        types.put("null", Set.of());
        return types;
    }

    Shape read() {
        Shape shape = read(root, "", 0);
        while (!open.isEmpty()) {
            String pointer = open.remove();
            references.put(pointer, read(root.at(pointer), pointer, 0));
        }
        return shape;
    }

    Map<String, Shape> references() {
        return references;
    }

    private AthanorException refused(String at, String reason, String remedy) {
        return new AthanorException(PROBLEM, "at '" + place + at + "' " + reason, remedy);
    }

    private Shape read(JsonNode schema, String at, int depth) {
        if (depth > DEEPEST) {
            throw refused(at, "it is nested more than " + DEEPEST + " deep", "Give parts of it names in $defs");
        } else if (schema.isBoolean() && schema.booleanValue()) {
            return new Shape.Any();
        } else if (!schema.isObject()) {
            throw refused(at, "the schema is " + schema + ", not an object", "Write a schema there");
        }
        Set<String> keywords = keywords(schema, at);
        if (keywords.isEmpty()) {
            return new Shape.Any();
        }
        for (String alone : List.of("$ref", "allOf", "anyOf", "oneOf")) {
            if (keywords.contains(alone)) {
                keywords.remove(alone);
                if (!keywords.isEmpty()) {
                    throw refused(
                            at,
                            alone + " stands beside " + String.join(", ", keywords),
                            "Move what they say into the schemas of " + alone);
                }
                return combined(schema.get(alone), alone, at, depth);
            }
        }
        if (keywords.contains("const") || keywords.contains("enum")) {
            return values(schema, keywords, at);
        }
        List<Shape> shapes = new ArrayList<>();
        for (String type : named(schema, keywords, at)) {
            shapes.add(typed(type, schema, at, depth));
        }
        return shapes.size() == 1 ? shapes.get(0) : new Shape.Choice(shapes);
    }

    private Set<String> keywords(JsonNode schema, String at) {
        Set<String> known = new TreeSet<>(OTHERS);
        TYPES.values().forEach(known::addAll);
        Set<String> keywords = new TreeSet<>();
        for (Iterator<String> names = schema.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (known.contains(name)) {
                keywords.add(name);
            } else if (!ANNOTATIONS.contains(name)) {
                throw refused(
                        at,
                        "it has the keyword " + name + ", which is not supported",
                        NearestName.of(name, known)
                                        .map(near -> "Did you mean " + near + "? ")
                                        .orElse("")
                                + "Leave it out; supported are " + String.join(", ", known));
            }
        }
        return keywords;
    }

    private Shape combined(JsonNode value, String keyword, String at, int depth) {
        String here = at + "/" + keyword;
        if (keyword.equals("$ref")) {
            return reference(value, here);
        } else if (!value.isArray() || value.isEmpty()) {
            throw refused(here, "it is " + value + ", not a list of schemas", "Write at least one schema there");
        } else if (keyword.equals("allOf") && value.size() > 1) {
            throw refused(here, "several schemas hold at once, which is not supported", "Write them as one");
        }
        List<Shape> shapes = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            shapes.add(read(value.get(i), here + "/" + i, depth + 1));
        }
        if (keyword.equals("oneOf")) {
            exclusive(shapes, here);
        }
        return shapes.size() == 1 ? shapes.get(0) : new Shape.Choice(shapes);
    }

    private Shape reference(JsonNode value, String at) {
        String text = value.asText();
        if (!text.equals("#") && !text.startsWith("#/")) {
            throw refused(at, "it is " + value + ", not a place in this schema", "Write #/$defs/name");
        }
        String pointer = text.substring(1);
        JsonNode target = root.at(pointer.replace("%24", "$"));
        if (target.isMissingNode()) {
            throw refused(at, "there is nothing at " + text, "Put a schema there, or correct the $ref");
        }
        pointer = pointer.replace("%24", "$");
        if (!references.containsKey(pointer)) {
            references.put(pointer, null);
            open.add(pointer);
        }
        return new Shape.Reference(pointer);
    }

    /** Of alternatives that exclude each other, any is one alone. */
    private void exclusive(List<Shape> shapes, String at) {
        for (int i = 0; i < shapes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (!Exclusion.holds(shapes.get(j), shapes.get(i))) {
                    throw refused(
                            at,
                            "a value may fit both " + j + " and " + i,
                            "Write anyOf, or tell the alternatives apart by type, or by a required property with a"
                                    + " const of its own");
                }
            }
        }
    }

    private Shape values(JsonNode schema, Set<String> keywords, String at) {
        boolean constant = keywords.remove("const");
        boolean several = keywords.remove("enum");
        keywords.remove("type");
        String keyword = constant ? "const" : "enum";
        if (!keywords.isEmpty()) {
            throw refused(
                    at,
                    keyword + " stands beside " + String.join(", ", keywords),
                    "Leave them out, and only such values in " + keyword + " as they allow");
        }
        JsonNode listed = schema.get("enum");
        if (several && (!listed.isArray() || listed.isEmpty() || listed.size() > MOST_VALUES)) {
            throw refused(
                    at + "/enum",
                    "it is " + (listed.size() > MOST_VALUES ? listed.size() + " values" : listed)
                            + ", not a list of 1 to " + MOST_VALUES,
                    "List the values there");
        }
        Set<JsonNode> values = new LinkedHashSet<>();
        if (several) {
            listed.forEach(values::add);
        }
        if (constant) {
            values = !several || values.contains(schema.get("const")) ? Set.of(schema.get("const")) : Set.of();
        }
        if (schema.has("type")) {
            Set<String> types = named(schema, Set.of("type"), at);
            values = new LinkedHashSet<>(values);
            values.removeIf(value -> types.stream().noneMatch(type -> is(type, value)));
        }
        if (values.isEmpty()) {
            throw refused(at, "no value fits", "Correct its type or its " + keyword);
        }
        return new Shape.Values(values);
    }

    private static boolean is(String type, JsonNode value) {
        return switch (type) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "integer" ->
                value.isNumber() && value.decimalValue().stripTrailingZeros().scale() <= 0;
            case "number" -> value.isNumber();
            case "boolean" -> value.isBoolean();
            default -> value.isNull();
        };
    }

    /** The types a schema names, or those that its keywords are about. */
    private Set<String> named(JsonNode schema, Set<String> keywords, String at) {
        Set<String> types = new LinkedHashSet<>();
        JsonNode type = schema.get("type");
        if (type == null) {
            TYPES.forEach((name, about) -> {
                if (about.stream().anyMatch(keywords::contains)) {
                    types.add(name);
                }
            });
            return types;
        }
        for (JsonNode name : type.isArray() ? type : List.of(type)) {
            if (!TYPES.containsKey(name.asText())) {
                throw refused(
                        at + "/type",
                        "it is " + name + ", which is no type",
                        "Types are " + String.join(", ", TYPES.keySet()));
            }
            types.add(name.asText());
        }
        if (types.isEmpty()) {
            throw refused(at + "/type", "it names no type", "Types are " + String.join(", ", TYPES.keySet()));
        }
        if (types.contains("number")) {
            types.remove("integer");
        }
        return types;
    }

    private Shape typed(String type, JsonNode schema, String at, int depth) {
        return switch (type) {
            case "object" -> object(schema, at, depth);
            case "array" -> {
                int least = count(schema, "minItems", at, 0);
                int most = count(schema, "maxItems", at, -1);
                ordered(least, most, at, "minItems", "maxItems");
                JsonNode items = schema.get("items");
                yield new Shape.Items(
                        items == null || most == 0 ? new Shape.Any() : read(items, at + "/items", depth + 1),
                        least,
                        most);
            }
            case "string" -> {
                int least = count(schema, "minLength", at, 0);
                int most = count(schema, "maxLength", at, -1);
                ordered(least, most, at, "minLength", "maxLength");
                yield new Shape.Text(least, most);
            }
            case "integer" -> whole(schema, at);
            case "number" -> {
                for (String bound : TYPES.get("integer")) {
                    if (schema.has(bound)) {
                        throw refused(
                                at,
                                "it has " + bound + ", which is supported for integers alone, not for the type number",
                                "Leave it out, or write \"type\": \"integer\"");
                    }
                }
                yield new Shape.Fraction();
            }
            case "boolean" -> new Shape.Flag();
            default -> new Shape.Nothing();
        };
    }

    private void ordered(int least, int most, String at, String low, String high) {
        if (most >= 0 && least > most) {
            throw refused(at, low + " " + least + " is more than " + high + " " + most, "Correct one of them");
        }
    }

    private int count(JsonNode schema, String keyword, String at, int absent) {
        JsonNode value = schema.get(keyword);
        if (value == null) {
            return absent;
        } else if (!is("integer", value) || value.decimalValue().signum() < 0) {
            throw refused(at + "/" + keyword, "it is " + value + ", not a count", "Write a whole number from 0");
        }
        int most = BigDecimal.valueOf(LONGEST).min(value.decimalValue()).intValue();
        if (most == LONGEST && keyword.startsWith("min")) {
            throw refused(at + "/" + keyword, "it is " + value + ", too many", "Write at most " + (LONGEST - 1));
        }
        return most == LONGEST ? -1 : most; // no text is as long
    }

    private Shape whole(JsonNode schema, String at) {
        long least = bound(schema, "minimum", "exclusiveMinimum", at, true);
        long most = bound(schema, "maximum", "exclusiveMaximum", at, false);
        if (least > most) {
            throw refused(at, "no integer lies between its bounds", "Correct one of them");
        }
        return new Shape.Whole(least, most);
    }

    /** The least, or the most, that a bound and an exclusive one allow. */
    private long bound(JsonNode schema, String keyword, String exclusive, String at, boolean lower) {
        RoundingMode inwards = lower ? RoundingMode.CEILING : RoundingMode.FLOOR;
        RoundingMode outwards = lower ? RoundingMode.FLOOR : RoundingMode.CEILING;
        BigDecimal step = lower ? BigDecimal.ONE : BigDecimal.ONE.negate();
        BigDecimal bound = lower ? BigDecimal.valueOf(-MOST) : BigDecimal.valueOf(MOST);
        for (String name : List.of(keyword, exclusive)) {
            JsonNode value = schema.get(name);
            if (value == null) {
                continue;
            } else if (!value.isNumber() || value.decimalValue().abs().compareTo(BigDecimal.valueOf(MOST)) > 0) {
                throw refused(at + "/" + name, "it is " + value + ", not a number of at most 18 digits", "Correct it");
            }
            BigDecimal limit = name.equals(keyword)
                    ? value.decimalValue().setScale(0, inwards)
                    : value.decimalValue().setScale(0, outwards).add(step);
            bound = lower ? bound.max(limit) : bound.min(limit);
        }
        return bound.longValueExact();
    }

    private Shape object(JsonNode schema, String at, int depth) {
        JsonNode properties = schema.get("properties");
        JsonNode others = schema.get("additionalProperties");
        Set<String> required = required(schema, at);
        if (properties == null || properties.isEmpty()) {
            if (!required.isEmpty()) {
                throw refused(
                        at + "/required",
                        "it names " + required.iterator().next() + ", which properties do not describe",
                        "Describe it there");
            } else if (properties != null || (others != null && others.isBoolean() && !others.booleanValue())) {
                return new Shape.Members(List.of());
            }
            return new Shape.Entries(
                    others == null ? new Shape.Any() : read(others, at + "/additionalProperties", depth + 1));
        } else if (!properties.isObject()) {
            throw refused(at + "/properties", "it is " + properties + ", not an object", "Write names and schemas");
        } else if (others != null && !others.isBoolean()) {
            throw refused(
                    at + "/additionalProperties",
                    "a schema for names beside those of properties is not supported",
                    "Write false, or leave properties out");
        }
        List<Shape.Member> members = new ArrayList<>();
        for (Map.Entry<String, JsonNode> property : properties.properties()) {
            String name = property.getKey();
            String pointer = name.replace("~", "~0").replace("/", "~1");
            members.add(new Shape.Member(
                    name, read(property.getValue(), at + "/properties/" + pointer, depth + 1), required.remove(name)));
        }
        if (!required.isEmpty()) {
            throw refused(
                    at + "/required",
                    "it names " + required.iterator().next() + ", which properties do not describe",
                    "Describe it there");
        }
        return new Shape.Members(List.copyOf(members));
    }

    private Set<String> required(JsonNode schema, String at) {
        Set<String> names = new LinkedHashSet<>();
        JsonNode required = schema.get("required");
        if (required != null && !required.isArray()) {
            throw refused(at + "/required", "it is " + required + ", not a list of names", "Write a list");
        } else if (required != null) {
            required.forEach(name -> names.add(name.asText()));
        }
        return names;
    }
}
