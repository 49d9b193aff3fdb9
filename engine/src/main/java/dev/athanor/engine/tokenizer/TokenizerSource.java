package dev.athanor.engine.tokenizer;

import dev.athanor.engine.AthanorException;
import java.util.List;

/** Where a tokenizer comes from, for messages. */
record TokenizerSource(String location) {
    AthanorException damaged(String why) {
        return new AthanorException(
                problem(), why, "The file is damaged or not a tokenizer.json: export or copy it again");
    }

    AthanorException unsupported(String why, List<String> supported) {
        return new AthanorException(problem(), why, "Supported are " + String.join(", ", supported));
    }

    private String problem() {
        return "Cannot read a tokenizer from " + location;
    }
}
