package dev.athanor.engine.tokenizer;

/** What becomes of the stretches that a split finds, next to those between them. */
enum SplitBehavior {
    REMOVED("Removed"),
    ISOLATED("Isolated"),
    CONTIGUOUS("Contiguous"),
    MERGED_WITH_PREVIOUS("MergedWithPrevious"),
    MERGED_WITH_NEXT("MergedWithNext");

    private final String title;

    SplitBehavior(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /**
     * Adds the pieces of one span.
     *
     * @param found the stretches found in it, in order
     */
    void emit(int from, int to, Spans found, Spans out) {
        int at = from;
        int pending = -1; // start of found stretches that wait for what follows
        for (int i = 0; i < found.size; i++) {
            int begin = found.from[i];
            int end = found.to[i];
            boolean adjacent = i > 0 && begin == at;
            switch (this) {
                case REMOVED -> out.add(at, begin);
                case ISOLATED -> {
                    out.add(at, begin);
                    out.add(begin, end);
                }
                case CONTIGUOUS -> {
                    out.add(at, begin);
                    if (adjacent) {
                        out.extend(out.added() - 1, end);
                    } else {
                        out.add(begin, end);
                    }
                }
                case MERGED_WITH_PREVIOUS -> out.add(at, end);
                case MERGED_WITH_NEXT -> {
                    if (pending >= 0) {
                        out.add(pending, begin);
                    } else {
                        out.add(at, begin);
                    }
                    pending = begin;
                }
            }
            at = end;
        }
        out.add(pending >= 0 ? pending : at, to);
    }
}
