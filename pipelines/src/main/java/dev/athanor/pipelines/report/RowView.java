package dev.athanor.pipelines.report;

import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.ValueText;
import dev.athanor.pipelines.report.ReportContent.Mistake;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A row as a person sees it: a picture where it is one, and short texts.
 *
 * @param picture the row's image, or null
 * @param values the other columns by name
 */
record RowView(Picture picture, Map<String, String> values) {
    private static final int LONGEST_TEXT = 400;
    private static final int MOST_COLUMNS = 16;
    private static final int FIRST_VALUES = 6;

    static RowView of(RowBatch rows, int row) {
        Picture picture = null;
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < rows.features().size(); i++) {
            ColumnSpec spec = rows.features().get(i);
            Optional<Picture> seen = picture == null ? picture(spec, rows.column(i), row) : Optional.empty();
            if (seen.isPresent()) {
                picture = seen.get();
            } else if (values.size() < MOST_COLUMNS) {
                values.put(spec.name(), text(spec, rows.column(i), row));
            }
        }
        return new RowView(picture, values);
    }

    Mistake mistake(String actual, String predicted, double confidence) {
        return new Mistake(actual, predicted, confidence, picture, values);
    }

    private static Optional<Picture> picture(ColumnSpec spec, FeatureColumn column, int row) {
        if (column.isNull(row)) {
            return Optional.empty();
        }
        if (column instanceof FeatureColumn.Vectors vectors) {
            return Picture.ofVector(Arrays.copyOfRange(vectors.data(), vectors.start(row), vectors.end(row)));
        }
        if (spec.kind() == ColumnKind.IMAGE_FILE && column instanceof FeatureColumn.Bytes bytes) {
            return Picture.ofFile(Arrays.copyOfRange(bytes.data(), bytes.start(row), bytes.end(row)));
        }
        return Optional.empty();
    }

    private static String text(ColumnSpec spec, FeatureColumn column, int row) {
        if (column.isNull(row)) {
            return "null";
        }
        if (column instanceof FeatureColumn.Numbers numbers) {
            double value = numbers.value(row);
            boolean named = ValueText.isTime(spec.sqlType()) || spec.sqlType().equals("boolean");
            return named ? ValueText.of(value, spec.sqlType()) : number(value);
        }
        if (column instanceof FeatureColumn.Vectors vectors) {
            int size = vectors.end(row) - vectors.start(row);
            StringBuilder text = new StringBuilder("[");
            for (int i = 0; i < Math.min(FIRST_VALUES, size); i++) {
                text.append(i == 0 ? "" : ", ").append(number(vectors.data()[vectors.start(row) + i]));
            }
            return text.append(size > FIRST_VALUES ? ", … " + size + " values]" : "]")
                    .toString();
        }
        FeatureColumn.Bytes bytes = (FeatureColumn.Bytes) column;
        int length = bytes.end(row) - bytes.start(row);
        if (spec.kind() == ColumnKind.IMAGE_FILE) {
            return length + " bytes that are not an image";
        }
        // Four bytes hold any character; one that is cut in half at the end falls to the shortening.
        int taken = Math.min(length, 4 * LONGEST_TEXT + 4);
        return Figures.shorten(new String(bytes.data(), bytes.start(row), taken, StandardCharsets.UTF_8), LONGEST_TEXT);
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.isFinite(value) ? Figures.number(value) : Double.toString(value);
    }
}
