package dev.athanor.engine.tokenizer;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/** The pairs of tokens that byte-pair encoding merges, and where a text may be cut because no token reaches across. */
final class Merges {
    static final char SPACE_MARK = '\u2581';

    private final MergeTable table;
    private final CodePointSet joins = new CodePointSet();

    private Merges(int expected) {
        table = new MergeTable(expected);
    }

    /** Pairs in the order of a list; both and what they become must be tokens. */
    static Merges ranked(Vocabulary vocabulary, List<BytePairModel.Merge> list) {
        Merges merges = new Merges(list.size());
        for (int rank = 0; rank < list.size(); rank++) {
            BytePairModel.Merge merge = list.get(rank);
            String whole = merge.left() + merge.right();
            merges.table.put(vocabulary.id(merge.left()), vocabulary.id(merge.right()), rank, vocabulary.id(whole));
            merges.joins(whole);
        }
        return merges;
    }

    /**
     * Every pair of tokens that spells a third one, the highest score first: SentencePiece's rule.
     *
     * @param scores by id
     * @param merging ids of the tokens that take part
     */
    static Merges scored(Vocabulary vocabulary, float[] scores, IntPredicate merging) {
        int[] ranks = ranks(scores);
        IdList pairs = new IdList(); // left, right and whole, one after the other
        for (int id = 0; id < vocabulary.size(); id++) {
            String whole = vocabulary.token(id);
            if (merging.test(id) && vocabulary.id(whole) == id) {
                splits(vocabulary, whole, id, merging, pairs);
            }
        }
        Merges merges = new Merges(pairs.size / 3);
        for (int i = 0; i < pairs.size; i += 3) {
            int id = pairs.ids[i + 2];
            merges.table.put(pairs.ids[i], pairs.ids[i + 1], ranks[id], id);
            if (i == 0 || pairs.ids[i - 1] != id) {
                merges.joins(vocabulary.token(id));
            }
        }
        return merges;
    }

    private static void splits(Vocabulary vocabulary, String whole, int id, IntPredicate merging, IdList pairs) {
        for (int i = 1; i < whole.length(); i++) {
            if (Character.isLowSurrogate(whole.charAt(i))) {
                continue;
            }
            int left = vocabulary.id(whole.substring(0, i));
            int right = left < 0 || !merging.test(left) ? -1 : vocabulary.id(whole.substring(i));
            if (right >= 0 && merging.test(right)) {
                pairs.add(left);
                pairs.add(right);
                pairs.add(id);
            }
        }
    }

    /** How many different scores are higher, by id. */
    private static int[] ranks(float[] scores) {
        float[] order = new float[scores.length];
        for (int id = 0; id < order.length; id++) {
            order[id] = 0 - scores[id]; // the sign of zero goes
        }
        Arrays.sort(order);
        int different = 0;
        for (int i = 0; i < order.length; i++) {
            if (i == 0 || order[i] != order[i - 1]) {
                order[different++] = order[i];
            }
        }
        int[] ranks = new int[scores.length];
        for (int id = 0; id < ranks.length; id++) {
            ranks[id] = Arrays.binarySearch(order, 0, different, 0 - scores[id]);
        }
        return ranks;
    }

    private void joins(String whole) {
        for (int i = 1; i < whole.length(); i++) {
            char before = whole.charAt(i - 1);
            if (whole.charAt(i) == SPACE_MARK && before != SPACE_MARK) {
                joins.add(before, before);
            }
        }
    }

    MergeTable table() {
        return table;
    }

    /** Cuts before each mark, except where a token reaches across. */
    BoundarySplit boundary() {
        return new BoundarySplit(SPACE_MARK, joins);
    }
}
