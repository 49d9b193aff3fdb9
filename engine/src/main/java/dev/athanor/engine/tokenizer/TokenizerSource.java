package dev.athanor.engine.tokenizer;

import dev.athanor.engine.AthanorException;
import java.util.List;

/**
 * Where a tokenizer comes from, for messages.
 *
 * @param kind what the file should be, as "a tokenizer.json"
 */
record TokenizerSource(String location, String kind) {
    AthanorException damaged(String why) {
        return new AthanorException(problem(), why, "The file is damaged or not " + kind + ": export or copy it again");
    }

    AthanorException unsupported(String why, List<String> supported) {
        return new AthanorException(problem(), why, "Supported are " + String.join(", ", supported));
    }

    private String problem() {
        return "Cannot read a tokenizer from " + location;
    }
}
