package dev.athanor.engine.tokenizer;

/**
 * A token that is found in the text before any model sees it.
 *
 * @param special whether decoding may skip it
 * @param singleWord whether it is only found where no word character touches it
 * @param leftStrip whether it takes the white space before it
 * @param rightStrip whether it takes the white space after it
 * @param normalized whether it is sought in the normalised text
 */
record AddedToken(
        int id,
        String content,
        boolean special,
        boolean singleWord,
        boolean leftStrip,
        boolean rightStrip,
        boolean normalized) {}
