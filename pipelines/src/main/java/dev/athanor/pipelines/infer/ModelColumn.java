package dev.athanor.pipelines.infer;

import static org.apache.spark.sql.functions.call_function;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.spark.registry.ModelVersion;
import java.util.List;
import org.apache.spark.sql.Column;

/** The column of a query that a model of any task computes. */
public final class ModelColumn {
    private ModelColumn() {}

    /**
     * The columns that a model reads.
     *
     * @param column of the texts, for a model that reads one text; null for the name it has in the model
     * @throws AthanorException if a column is named and the model reads no single text
     */
    public static List<ColumnSpec> features(String column, ModelVersion version, Model model) {
        if (column == null) {
            return model.signature();
        }
        if (model.task() != Task.EMBEDDING && model.task() != Task.GENERATION) {
            throw new AthanorException(
                    "Cannot read texts from column '" + column + "'",
                    "model " + version.ref() + " reads no single text: it reads the columns it was trained on",
                    "Leave out --text");
        }
        ColumnSpec text = model.signature().get(0);
        return List.of(new ColumnSpec(column, text.kind(), text.sqlType()));
    }

    /**
     * A struct of what a model makes of the columns it reads, and of what is wrong where it makes nothing.
     *
     * @param arguments the model, then the columns
     */
    public static Column of(Task task, Column[] arguments) {
        return switch (task) {
            case CLASSIFICATION, REGRESSION -> call_function("predict", arguments);
            case EMBEDDING -> ofText("ai_embed", "embedding", "the model has no vector for it", arguments);
            case GENERATION -> ofText("ai_gen", "text", "the model writes nothing for it", arguments);
        };
    }

    private static Column ofText(String function, String name, String failure, Column[] arguments) {
        Column value = call_function(function, arguments);
        Column failed = arguments[1].isNotNull().and(value.isNull());
        return struct(value.as(name), when(failed, failure).as("error"));
    }
}
