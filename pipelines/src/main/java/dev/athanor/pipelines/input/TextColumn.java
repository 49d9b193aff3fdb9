package dev.athanor.pipelines.input;

import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.connectors.source.TextReader;
import dev.athanor.engine.AthanorException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/** Where the texts of a language model are: in one column of strings. */
public final class TextColumn {
    private TextColumn() {}

    /** The same source; files that are called as plain text is are read as such, unless a format was given. */
    public static SourceSpec source(SparkSession spark, SourceSpec spec) {
        boolean plain = spec.input() != null
                && spec.format() == null
                && spec.columns().isEmpty()
                && TextReader.isCalledText(spec.input(), spark.sparkContext().hadoopConfiguration());
        return plain ? new SourceSpec(spec.input(), null, "text", spec.options(), spec.columns()) : spec;
    }

    /**
     * The column with the texts.
     *
     * @param named what the user named, or empty for the only column of strings
     * @param problem what cannot be done without one
     * @param option with which a user names it
     * @throws AthanorException unless it is one column of strings
     */
    public static String of(Input input, List<String> named, String problem, String option) {
        if (named.size() > 1) {
            throw new AthanorException(
                    problem,
                    "a language model reads one text column, and " + named.size() + " are named: "
                            + String.join(", ", named),
                    "Name one with " + option);
        }
        if (named.size() == 1) {
            DataType type = input.select(named).schema().fields()[0].dataType();
            if (!(type instanceof StringType)) {
                throw new AthanorException(
                        problem,
                        "column " + named.get(0) + " is of type " + type.catalogString() + ", and texts are strings",
                        "Name a text column with " + option);
            }
            return named.get(0);
        }
        List<String> offered = input.offered();
        List<String> texts = Arrays.stream(input.rows().schema().fields())
                .filter(field -> field.dataType() instanceof StringType)
                .map(StructField::name)
                .filter(offered::contains)
                .toList();
        if (texts.size() != 1) {
            throw new AthanorException(
                    problem,
                    texts.isEmpty()
                            ? input.name() + " has no text column"
                            : input.name() + " has " + texts.size() + " text columns: " + String.join(", ", texts),
                    texts.isEmpty() ? "Give it one; plain text is read with --format text" : "Name one with " + option);
        }
        return texts.get(0);
    }
}
