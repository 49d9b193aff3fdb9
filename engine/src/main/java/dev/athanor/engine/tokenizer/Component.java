package dev.athanor.engine.tokenizer;

import dev.athanor.engine.AthanorException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One object of a {@code tokenizer.json}, whose fields are all asked for: {@link #done} refuses the others. */
final class Component {
    private final TokenizerSource source;
    private final String path;
    private final Map<?, ?> fields;
    private final Set<String> asked = new HashSet<>();

    /** @param value what stands there; refused unless it is an object */
    Component(TokenizerSource source, String path, Object value) {
        this.source = source;
        this.path = path;
        if (!(value instanceof Map<?, ?> map)) {
            throw source.damaged(path + " is not an object");
        }
        this.fields = map;
    }

    /** The field {@code type}. */
    String type() {
        return text("type");
    }

    boolean has(String name) {
        return fields.get(name) != null;
    }

    private Object field(String name) {
        asked.add(name);
        return fields.get(name);
    }

    String text(String name) {
        String text = text(name, null);
        if (text == null) {
            throw source.damaged(path + " has no " + name);
        }
        return text;
    }

    String text(String name, String absent) {
        Object value = field(name);
        if (value == null) {
            return absent;
        } else if (value instanceof String text) {
            return text;
        }
        throw source.damaged(path + "." + name + " is not a string");
    }

    /** A string of one character below U+10000. */
    char character(String name) {
        String text = text(name);
        if (text.length() != 1) {
            throw source.damaged(path + "." + name + " is '" + text + "', not one character");
        }
        return text.charAt(0);
    }

    boolean flag(String name, boolean absent) {
        Object value = field(name);
        if (value == null) {
            return absent;
        } else if (value instanceof Boolean flag) {
            return flag;
        }
        throw source.damaged(path + "." + name + " is neither true nor false");
    }

    int integer(String name, int absent) {
        Object value = field(name);
        if (value == null) {
            return absent;
        } else if (value instanceof Double number && number == Math.rint(number) && number >= 0 && number < 1 << 30) {
            return number.intValue();
        }
        throw source.damaged(path + "." + name + " is " + value + ", not a count");
    }

    Component child(String name) {
        return new Component(source, path + "." + name, field(name));
    }

    List<Component> children(String name) {
        Object value = field(name);
        if (!(value instanceof List<?> items)) {
            throw source.damaged(path + "." + name + " is not an array");
        }
        List<Component> children = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            children.add(new Component(source, path + "." + name + "[" + i + "]", items.get(i)));
        }
        return children;
    }

    /** An array of whole numbers. */
    List<Integer> integers(String name) {
        if (!(field(name) instanceof List<?> items)) {
            throw source.damaged(path + "." + name + " is not an array");
        }
        List<Integer> result = new ArrayList<>();
        for (Object item : items) {
            if (!(item instanceof Double number) || number != Math.rint(number) || number < 0 || number >= 1 << 30) {
                throw source.damaged(path + "." + name + " holds " + item + ", not an id");
            }
            result.add(number.intValue());
        }
        return result;
    }

    /** A token and its id, as {@code ["[CLS]", 101]}. */
    Map.Entry<String, Integer> tokenAndId(String name) {
        if (field(name) instanceof List<?> items
                && items.size() == 2
                && items.get(0) instanceof String token
                && items.get(1) instanceof Double id) {
            return Map.entry(token, id.intValue());
        }
        throw source.damaged(path + "." + name + " is not a token with its id");
    }

    /** Names of the fields not asked for yet, all of which count as asked for from now on. */
    List<String> names() {
        List<String> names = new ArrayList<>();
        for (Object name : fields.keySet()) {
            if (asked.add((String) name)) {
                names.add((String) name);
            }
        }
        return names;
    }

    /** Refuses fields that nothing asked for. */
    void done() {
        for (Object name : fields.keySet()) {
            if (!asked.contains(name)) {
                throw source.unsupported(
                        path + " has an option " + name + " that is not known",
                        asked.stream().sorted().toList());
            }
        }
    }

    AthanorException unsupported(String why, List<String> supported) {
        return source.unsupported(path + " " + why, supported);
    }

    AthanorException damaged(String why) {
        return source.damaged(path + " " + why);
    }
}
