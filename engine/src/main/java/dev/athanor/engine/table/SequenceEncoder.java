package dev.athanor.engine.table;

import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * {@link ColumnPlan.Tokens}: the texts of a row as one sequence of tokens, cut where the model ends.
 *
 * <p>One column is a text, two are the pair of the tokenizer's template; of more, those after the first are joined by
 * {@link #SEPARATOR} to be the pair's second. Null is an empty text.
 */
final class SequenceEncoder {
    static final String SEPARATOR = " | ";

    /** Bytes of a cell that are read for each token that the model can take; what is beyond could only be cut. */
    private static final int BYTES_PER_TOKEN = 64;

    private final Tokenizer tokenizer;
    private final ColumnPlan.Tokens plan;
    private final int[] columns;
    private final Tokens tokens = new Tokens();

    /** @param columns of the row that are texts, in order */
    SequenceEncoder(ColumnPlan.Tokens plan, List<Integer> columns, Tokenizer tokenizer) {
        this.plan = plan;
        this.columns = columns.stream().mapToInt(Integer::intValue).toArray();
        this.tokenizer = tokenizer;
    }

    void encode(RowBatch rows, int from, int to, EncodedBatch into) {
        EncodedBatch.Bag bag = into.bag(plan.bag());
        for (int row = from; row < to; row++) {
            String first = text(rows, 0, row);
            String second = columns.length == 1 ? null : second(rows, row);
            if (tokenizer.encode(first, second, plan.maxTokens(), tokens)) {
                into.setTruncated(row - from);
            }
            for (int i = 0; i < tokens.size(); i++) {
                bag.add(tokens.id(i), tokens.typeId(i));
            }
            if (tokens.size() == 0) {
                bag.add(0, 0); // a network has nothing to say of no token
                into.setError(row - from, "its texts have no token");
            }
            bag.endRow();
        }
    }

    private String second(RowBatch rows, int row) {
        if (columns.length == 2) {
            return text(rows, 1, row);
        }
        StringBuilder joined = new StringBuilder(text(rows, 1, row));
        for (int i = 2; i < columns.length; i++) {
            joined.append(SEPARATOR).append(text(rows, i, row));
        }
        return joined.toString();
    }

    private String text(RowBatch rows, int which, int row) {
        FeatureColumn.Bytes texts = (FeatureColumn.Bytes) rows.column(columns[which]);
        if (texts.isNull(row)) {
            return "";
        }
        int start = texts.start(row);
        int length = Math.min(texts.end(row) - start, plan.maxTokens() * BYTES_PER_TOKEN);
        String text = new String(texts.data(), start, length, StandardCharsets.UTF_8);
        return plan.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
    }
}
