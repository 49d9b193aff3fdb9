package dev.athanor.engine.tokenizer;

import java.util.List;

/** A stage that rewrites a text before it is split. */
sealed interface Normalizer
        permits BertNormalizer,
                LowercaseNormalizer,
                UnicodeNormalizer,
                RemovingNormalizer,
                StripNormalizer,
                ReplaceNormalizer,
                PrependNormalizer,
                NmtNormalizer,
                Normalizer.Sequence {
    void apply(Text text);

    /** Stages one after the other. */
    record Sequence(List<Normalizer> stages) implements Normalizer {
        @Override
        public void apply(Text text) {
            for (int i = 0; i < stages.size(); i++) {
                stages.get(i).apply(text);
            }
        }
    }
}
