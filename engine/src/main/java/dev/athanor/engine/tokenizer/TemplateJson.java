package dev.athanor.engine.tokenizer;

import dev.athanor.engine.tokenizer.Template.Part;
import dev.athanor.engine.tokenizer.Template.Sequence;
import dev.athanor.engine.tokenizer.Template.Special;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The post-processors of a {@code tokenizer.json}, of which a template remains. */
final class TemplateJson {
    private static final List<String> SUPPORTED =
            List.of("BertProcessing", "ByteLevel", "RobertaProcessing", "Sequence", "TemplateProcessing");

    private Template template;

    Template template() {
        return template == null ? Template.plain() : template;
    }

    void read(Component c) {
        String type = c.type();
        switch (type) {
            case "TemplateProcessing" -> set(c, processing(c));
            case "BertProcessing" -> set(c, framed(c, 1, false));
            case "RobertaProcessing" -> {
                c.flag("trim_offsets", true);
                c.flag("add_prefix_space", true);
                set(c, framed(c, 0, true));
            }
            case "ByteLevel" -> {
                c.flag("add_prefix_space", true);
                c.flag("trim_offsets", true);
                c.flag("use_regex", true);
            }
            case "Sequence" -> c.children("processors").forEach(this::read);
            default -> throw c.unsupported("is a " + type, SUPPORTED);
        }
        c.done();
    }

    private void set(Component c, Template made) {
        if (template != null) {
            throw c.unsupported("is a second template", List.of("one template"));
        }
        template = made;
    }

    /** BERT's and RoBERTa's: a token before, one after each text, and RoBERTa's two between. */
    private static Template framed(Component c, int pairType, boolean doubled) {
        int begin = c.tokenAndId("cls").getValue();
        int end = c.tokenAndId("sep").getValue();
        List<Part> single =
                List.of(new Special(List.of(begin), 0), new Sequence(false, 0), new Special(List.of(end), 0));
        List<Part> pair = new ArrayList<>(single);
        if (doubled) {
            pair.add(new Special(List.of(end), pairType));
        }
        pair.add(new Sequence(true, pairType));
        pair.add(new Special(List.of(end), pairType));
        return new Template(single, pair);
    }

    private static Template processing(Component c) {
        Component tokens = c.child("special_tokens");
        Map<String, List<Integer>> ids = new HashMap<>();
        for (String name : tokens.names()) {
            Component token = tokens.child(name);
            ids.put(name, token.integers("ids"));
        }
        return new Template(parts(c, "single", ids), parts(c, "pair", ids));
    }

    private static List<Part> parts(Component c, String name, Map<String, List<Integer>> ids) {
        List<Part> parts = new ArrayList<>();
        int firsts = 0;
        int seconds = 0;
        for (Component part : c.children(name)) {
            if (part.has("SpecialToken")) {
                Component special = part.child("SpecialToken");
                String token = special.text("id");
                if (!ids.containsKey(token)) {
                    throw special.damaged("names " + token + ", which special_tokens lacks");
                }
                parts.add(new Special(ids.get(token), special.integer("type_id", 0)));
            } else {
                Component sequence = part.child("Sequence");
                boolean second =
                        switch (sequence.text("id")) {
                            case "A" -> false;
                            case "B" -> true;
                            default -> throw sequence.damaged("is neither A nor B");
                        };
                firsts += second ? 0 : 1;
                seconds += second ? 1 : 0;
                parts.add(new Sequence(second, sequence.integer("type_id", 0)));
            }
        }
        if (firsts != 1 || seconds != (name.equals("pair") ? 1 : 0)) {
            throw c.damaged("has a template '" + name + "' that does not hold each text once");
        }
        return parts;
    }
}
