package dev.athanor.pipelines.input;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * Columns of a text file that are texts for the sake of a few cells: all others are numbers. A model would learn such
 * numbers as words. What else the first rows tell of such columns is a matter of {@link CellNotes}.
 *
 * <p>The first rows tell which columns could be such; all rows are counted only where there is one.
 */
final class AlmostNumbers {
    private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?\\s*");
    private static final int SAMPLE = 1000;
    private static final int SHOWN = 40;
    /** The first place that Spark gives to rows of its second partition. */
    private static final long SECOND_PARTITION = 1L << 33;

    private AlmostNumbers() {}

    /**
     * One sentence for each such column: its name, one of the cells, and what to do.
     *
     * @param rows of the columns in question
     * @param csv whether the cells are of a CSV file, in which some text may stand for an empty cell
     * @param oneFile whether the rows are those of one file, so that the place of a row means something
     */
    static List<String> notes(Dataset<Row> rows, boolean csv, boolean oneFile) {
        List<String> names = new ArrayList<>();
        for (StructField field : rows.schema().fields()) {
            if (field.dataType() instanceof StringType) {
                names.add(field.name());
            }
        }
        List<CellNotes> looks = names.stream().map(CellNotes::new).toList();
        List<String> suspects = suspects(rows, names, looks);
        List<String> notes = new ArrayList<>();
        looks.forEach(look -> notes.addAll(look.notes()));
        if (suspects.isEmpty()) {
            return notes;
        }
        Dataset<Row> cells = select(rows, suspects)
                .toDF(suspects.stream().map(n -> "c" + suspects.indexOf(n)).toArray(String[]::new))
                .withColumn("at", monotonically_increasing_id());
        List<Column> counts = new ArrayList<>();
        for (int i = 0; i < suspects.size(); i++) {
            Column cell = cells.col("c" + i);
            Column bad = cell.isNotNull()
                    .and(cell.rlike("^" + NUMBER.pattern() + "$").unary_$bang());
            counts.add(count(cell));
            counts.add(count(when(bad, 1)));
            counts.add(min(when(bad, struct(cells.col("at"), cell))));
        }
        Row counted = cells.agg(counts.get(0), counts.subList(1, counts.size()).toArray(Column[]::new))
                .first();
        for (int i = 0; i < suspects.size(); i++) {
            long present = counted.getLong(3 * i);
            long bad = counted.getLong(3 * i + 1);
            if (bad > 0 && isFew(bad, present - bad)) {
                notes.add(note(suspects.get(i), present, bad, counted.getStruct(3 * i + 2), csv, oneFile));
            }
        }
        return notes;
    }

    private static String note(String column, long present, long bad, Row first, boolean csv, boolean oneFile) {
        String cell = first.getString(1).strip();
        String shown = cell.length() > SHOWN ? cell.substring(0, SHOWN) + "…" : cell;
        boolean placed = oneFile && first.getLong(0) < SECOND_PARTITION;
        return String.format(
                Locale.ROOT,
                "column %s is read as text, because %,d of its %,d cells %s: '%s'%s; correct %s%s",
                column,
                bad,
                present,
                bad == 1 ? "is no number" : "are no numbers, as the first",
                shown,
                placed ? String.format(Locale.ROOT, " in row %,d", first.getLong(0) + 1) : "",
                bad == 1 ? "it" : "them",
                csv ? ", or read such cells as empty with --option nullValue=" + shown : "");
    }

    private static List<String> suspects(Dataset<Row> rows, List<String> names, List<CellNotes> looks) {
        if (names.isEmpty()) {
            return List.of();
        }
        long[] numbers = new long[names.size()];
        long[] others = new long[names.size()];
        for (Row row : select(rows, names).limit(SAMPLE).collectAsList()) {
            for (int c = 0; c < numbers.length; c++) {
                if (!row.isNullAt(c)) {
                    boolean number = NUMBER.matcher(row.getString(c)).matches();
                    looks.get(c).add(row.getString(c), number);
                    if (number) {
                        numbers[c]++;
                    } else {
                        others[c]++;
                    }
                }
            }
        }
        List<String> suspects = new ArrayList<>();
        for (int c = 0; c < numbers.length; c++) {
            if (numbers[c] > 0 && isFew(others[c], numbers[c])) {
                suspects.add(names.get(c));
            }
        }
        return suspects;
    }

    /** Whether so few cells are no numbers that the others are what was meant: a tenth, or one of four. */
    private static boolean isFew(long bad, long numbers) {
        return numbers >= 9 * bad || (bad == 1 && numbers >= 3);
    }

    private static Dataset<Row> select(Dataset<Row> rows, List<String> names) {
        return rows.select(names.stream()
                .map(n -> rows.col("`" + n.replace("`", "``") + "`"))
                .toArray(Column[]::new));
    }
}
