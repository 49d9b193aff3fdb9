package dev.athanor.engine.tokenizer;

/** Puts a string before a text that is not empty. */
record PrependNormalizer(String prefix) implements Normalizer {
    @Override
    public void apply(Text text) {
        if (text.length > 0) {
            text.begin();
            text.add(prefix);
            text.add(0, text.length);
            text.commit();
        }
    }
}
