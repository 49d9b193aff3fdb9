package dev.athanor.engine.tokenizer;

import dev.athanor.engine.AthanorException;
import java.util.List;

/** What stands around one text, and around two. */
record Template(List<Part> single, List<Part> pair) {
    /** One part of a template. */
    sealed interface Part {
        int typeId();
    }

    /** Special tokens. */
    record Special(List<Integer> ids, int typeId) implements Part {}

    /** The first text, or the second. */
    record Sequence(boolean second, int typeId) implements Part {}

    /** The texts alone. */
    static Template plain() {
        return new Template(List.of(new Sequence(false, 0)), List.of(new Sequence(false, 0), new Sequence(true, 1)));
    }

    private static int added(List<Part> parts) {
        int n = 0;
        for (Part part : parts) {
            n += part instanceof Special special ? special.ids().size() : 0;
        }
        return n;
    }

    /** Ids left for the text itself. */
    int room(boolean pair, int maxLength) {
        int added = added(pair ? this.pair : single);
        if (maxLength < added) {
            throw new AthanorException(
                    "Cannot tokenize to " + maxLength + " ids",
                    "the model's template alone takes " + added,
                    "Allow at least " + added + " ids");
        }
        return maxLength - added;
    }

    /** Writes the first {@code firstCount} and {@code secondCount} ids of the texts in their places. */
    void fill(IdList first, int firstCount, IdList second, int secondCount, Tokens out) {
        List<Part> parts = second == null ? single : pair;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            if (part instanceof Sequence sequence) {
                out.add(
                        sequence.second() ? second : first,
                        sequence.second() ? secondCount : firstCount,
                        part.typeId());
            } else if (part instanceof Special special) {
                for (int k = 0; k < special.ids().size(); k++) {
                    out.add(special.ids().get(k), part.typeId());
                }
            }
        }
    }
}
