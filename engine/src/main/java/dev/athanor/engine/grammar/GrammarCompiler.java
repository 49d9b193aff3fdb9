package dev.athanor.engine.grammar;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.athanor.engine.AthanorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Makes a grammar of a schema's shapes. White space is one space or none after commas and colons, and none elsewhere: a
 * model could go on with it to no end.
 */
final class GrammarCompiler {
    private final TokenBytes tokens;
    private final ObjectMapper json;
    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, Rule> named = new LinkedHashMap<>();
    private final Node nothing = new Series(List.of());
    private final Node space;
    private final Node comma;
    private final Node colon;
    private Rule any;

    private GrammarCompiler(TokenBytes tokens) {
        this.tokens = tokens;
        this.json = JsonMapper.builder()
                .configure(JsonWriteFeature.ESCAPE_NON_ASCII, tokens.ascii())
                .build();
        this.space = new Alternatives(List.of(literal(" "), nothing));
        this.comma = new Series(List.of(literal(","), space));
        this.colon = new Series(List.of(literal(":"), space));
    }

    /**
     * The grammar's first rule.
     *
     * @throws AthanorException if no value of the schema is finite
     */
    static Rule compile(JsonSchema schema, TokenBytes tokens) {
        GrammarCompiler compiler = new GrammarCompiler(tokens);
        schema.references().keySet().forEach(pointer -> compiler.named.put(pointer, compiler.rule()));
        schema.references()
                .forEach((pointer, shape) -> compiler.named.get(pointer).is(compiler.node(shape)));
        Rule first = compiler.rule(schema.root());
        compiler.named.forEach((pointer, rule) -> compiler.leadsSomewhere(pointer, rule));
        boolean falling = true;
        while (falling) {
            falling = false;
            for (Rule rule : compiler.rules) {
                falling |= rule.settle();
            }
        }
        if (first.cost(0) == Costs.NEVER) {
            throw new AthanorException(
                    SchemaReader.PROBLEM,
                    "every value of it contains another of the same kind, without end",
                    "Make one of the members that lead back to it optional, or its array's minItems 0");
        }
        return first;
    }

    /** A rule that is itself before any byte has no beginning. */
    private void leadsSomewhere(String pointer, Rule rule) {
        Set<Node> seen = new HashSet<>();
        List<Node> open = new ArrayList<>(List.of(rule.body()));
        while (!open.isEmpty()) {
            Node node = open.remove(open.size() - 1);
            if (node == rule) {
                throw new AthanorException(
                        SchemaReader.PROBLEM,
                        "the $ref #" + pointer + " leads to itself with nothing between",
                        "Let it point at a schema that says what the value is");
            } else if (node instanceof Rule other && seen.add(other)) {
                open.add(other.body());
            } else if (node instanceof Alternatives alternatives && seen.add(alternatives)) {
                open.addAll(alternatives.parts());
            }
        }
    }

    private Rule rule() {
        Rule rule = new Rule();
        rules.add(rule);
        return rule;
    }

    private Rule rule(Shape shape) {
        Rule rule = rule();
        rule.is(node(shape));
        return rule;
    }

    private Node node(Shape shape) {
        if (shape instanceof Shape.Nothing) {
            return literal("null");
        } else if (shape instanceof Shape.Flag) {
            return new Alternatives(List.of(literal("true"), literal("false")));
        } else if (shape instanceof Shape.Fraction) {
            return new NumberBody(true, true);
        } else if (shape instanceof Shape.Whole whole) {
            return whole(whole.least(), whole.most());
        } else if (shape instanceof Shape.Text text) {
            return text(text.least(), text.most());
        } else if (shape instanceof Shape.Values values) {
            return new Alternatives(values.values().stream()
                    .<Node>map(value -> literal(write(value)))
                    .toList());
        } else if (shape instanceof Shape.Items items) {
            return array(rule(items.item()), items.least(), items.most());
        } else if (shape instanceof Shape.Entries entries) {
            return map(rule(entries.value()));
        } else if (shape instanceof Shape.Members members) {
            return members(members);
        } else if (shape instanceof Shape.Choice choice) {
            return new Alternatives(
                    choice.shapes().stream().<Node>map(this::rule).toList());
        } else if (shape instanceof Shape.Reference reference) {
            return named.get(reference.pointer());
        }
        return any();
    }

    private Node any() {
        if (any == null) {
            any = rule();
            any.is(new Alternatives(List.of(
                    text(0, -1),
                    new NumberBody(true, true),
                    literal("true"),
                    literal("false"),
                    literal("null"),
                    array(any, 0, -1),
                    map(any))));
        }
        return any;
    }

    private Node text(int least, int most) {
        return new Series(List.of(literal("\""), new StringBody(least, most, tokens.ascii())));
    }

    private Node array(Node item, int least, int most) {
        return new Series(List.of(literal("["), new Repetition(item, comma, literal("]"), least, most)));
    }

    private Node map(Node value) {
        Node entry = new Series(List.of(text(0, -1), colon, value));
        return new Series(List.of(literal("{"), new Repetition(entry, comma, literal("}"), 0, -1)));
    }

    private Node members(Shape.Members shape) {
        List<MemberList.Member> members = new ArrayList<>();
        for (Shape.Member member : shape.members()) {
            Node key = new Series(List.of(literal(write(TextNode.valueOf(member.name())) + ":"), space));
            members.add(new MemberList.Member(key, rule(member.value()), member.required()));
        }
        return new Series(List.of(literal("{"), new MemberList(members, comma, literal("}"))));
    }

    private String write(JsonNode value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON value was not written", e);
        }
    }

    private Span literal(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new Span(bytes, bytes, tokens.costs(bytes));
    }

    private Node whole(long least, long most) {
        if (most == SchemaReader.MOST && (least == 0 || least == -SchemaReader.MOST)) {
            return new NumberBody(false, least < 0);
        }
        List<Node> ranges = new ArrayList<>();
        if (least < 0) {
            List<Node> negative = new ArrayList<>();
            ranges(Math.max(1, -most), -least, negative);
            ranges.add(new Series(List.of(literal("-"), new Alternatives(negative))));
        }
        if (most >= 0) {
            ranges(Math.max(0, least), most, ranges);
        }
        return new Alternatives(ranges);
    }

    /** Ranges of digits, each place on its own, that are the integers between two that are not negative. */
    private static void ranges(long least, long most, List<Node> to) {
        long from = least;
        while (from <= most) {
            int free = 0; // last places that may be any digit
            long end = from;
            for (long power = 10; from % power == 0 && from + power - 1 <= most && from >= power; power *= 10) {
                end = from + power - 1;
                free++;
            }
            long unit = (long) Math.pow(10, free);
            long digit = from / unit % 10;
            while (digit < 9 && end + unit <= most) {
                end += unit;
                digit++;
            }
            byte[] low = Long.toString(from).getBytes(StandardCharsets.US_ASCII);
            byte[] high = Long.toString(end).getBytes(StandardCharsets.US_ASCII);
            int[] costs = new int[low.length];
            Arrays.setAll(costs, i -> low.length - i);
            to.add(new Span(low, high, costs));
            from = end + 1;
        }
    }
}
