package dev.athanor.engine.tokenizer;

/** SentencePiece's cleaning: control characters go, and what is nearly a space becomes one. */
record NmtNormalizer() implements Normalizer {
    @Override
    public void apply(Text text) {
        text.begin();
        for (int i = 0; i < text.length; i++) {
            char c = text.chars[i];
            if (isSpaceLike(c)) {
                text.add(' ');
            } else if (!isControl(c)) {
                text.add(c);
            }
        }
        text.commit();
    }

    private static boolean isSpaceLike(char c) {
        return switch (c) {
            case 0x9,
                    0xa,
                    0xc,
                    0xd,
                    0x1680,
                    0x200b,
                    0x200c,
                    0x200d,
                    0x200e,
                    0x200f,
                    0x2028,
                    0x2029,
                    0x2581,
                    0xfeff,
                    0xfffd -> true;
            default -> false;
        };
    }

    private static boolean isControl(char c) {
        return (c >= 1 && c <= 8) || c == 0xb || (c >= 0xe && c <= 0x1f) || c == 0x7f || c == 0x8f || c == 0x9f;
    }
}
