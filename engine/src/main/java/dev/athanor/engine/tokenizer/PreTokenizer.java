package dev.athanor.engine.tokenizer;

import java.util.List;

/** A stage that splits a text into words, no token of which reaches into the next. */
sealed interface PreTokenizer
        permits BertPreTokenizer,
                ClassSplit,
                PatternSplit,
                WordRunSplit,
                MetaspacePreTokenizer,
                ByteLevelPreTokenizer,
                BoundarySplit,
                PreTokenizer.Sequence {
    /** Replaces the spans of a text by finer ones, and may rewrite the text. */
    void split(Text text, Spans spans, Spans marks);

    /** Stages one after the other. */
    record Sequence(List<PreTokenizer> stages) implements PreTokenizer {
        @Override
        public void split(Text text, Spans spans, Spans marks) {
            for (int i = 0; i < stages.size(); i++) {
                stages.get(i).split(text, spans, marks);
            }
        }
    }
}
