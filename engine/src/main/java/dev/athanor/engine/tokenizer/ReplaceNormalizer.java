package dev.athanor.engine.tokenizer;

/**
 * Replaces each occurrence of a string, or each run of at least so many of it.
 *
 * @param least occurrences in a row that are replaced as one; 0: each by itself
 */
record ReplaceNormalizer(String pattern, int least, String content) implements Normalizer {
    @Override
    public void apply(Text text) {
        text.begin();
        int n = pattern.length();
        int i = 0;
        while (i < text.length) {
            int end = i;
            int count = 0;
            while (matches(text, end) && (least > 0 || count == 0)) {
                end += n;
                count++;
            }
            if (count > 0 && count >= least) {
                text.add(content);
                i = end;
            } else if (count > 0) {
                text.add(i, end);
                i = end;
            } else {
                text.add(text.chars[i++]);
            }
        }
        text.commit();
    }

    private boolean matches(Text text, int at) {
        int n = pattern.length();
        if (at + n > text.length) {
            return false;
        }
        for (int k = 0; k < n; k++) {
            if (text.chars[at + k] != pattern.charAt(k)) {
                return false;
            }
        }
        return true;
    }
}
