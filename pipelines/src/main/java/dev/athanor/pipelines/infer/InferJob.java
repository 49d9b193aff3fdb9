package dev.athanor.pipelines.infer;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import dev.athanor.pipelines.input.Input;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobContext;
import dev.athanor.spark.model.ModelCache;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelVersion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;

/**
 * Predicts every row of a table and writes the rows with their predictions.
 *
 * <p>Written beside the kept columns, for classes: {@code prediction} (in the label's type), {@code confidence},
 * {@code probabilities} (a map from class to probability; JSON text in CSV) and {@code error}; for numbers:
 * {@code prediction}, {@code low}, {@code high} and {@code error}. A row that cannot be predicted has an {@code error} and
 * nulls. For vectors of texts: {@code embedding} (JSON text in CSV) and {@code error}; the vector of a null is null.
 */
public final class InferJob implements Job<InferParams, InferReport> {
    private static final String PREDICTED = "athanor_predicted";
    private static final String PROBLEM = "athanor_problem";

    /** Results that a cell of CSV cannot hold. */
    private static final List<String> NESTED = List.of("probabilities", "embedding");

    /** Found by {@link java.util.ServiceLoader}. */
    public InferJob() {}

    @Override
    public String name() {
        return "infer";
    }

    @Override
    public String summary() {
        return "Predicts every row of a table or file and writes the rows with their predictions.";
    }

    @Override
    public Class<InferParams> paramsType() {
        return InferParams.class;
    }

    @Override
    public Class<InferReport> reportType() {
        return InferReport.class;
    }

    @Override
    public InferReport run(InferParams params, JobContext context) throws Exception {
        long start = System.nanoTime();
        Output output = Output.of(params, context);
        ModelVersion version = context.models().resolve(ModelRef.parse(params.model()));
        String kernels = AthanorConf.of(context.spark()).get(AthanorConf.KERNELS);
        Model model = ModelCache.process().get(version.location(), version.digest(), kernels);
        context.progress().phase("reading");
        List<ColumnSpec> features = ModelColumn.features(params.text(), version, model);
        Input input = Input.open(context.spark(), params.source(), features);
        output.refuseSource(input.rows());
        Dataset<Row> predicted = predict(params, version, model.task(), features, input, output);
        Observation counts = new Observation("athanor-infer");
        Dataset<Row> observed = predicted.observe(
                counts, count(lit(1)).as("rows"), count(col("error")).as("errors"));
        context.progress().phase("predicting");
        return input.reading(() -> {
            output.write(observed);
            Map<String, Object> counted = counts.getAsJava();
            long rows = ((Number) counted.get("rows")).longValue();
            double seconds = (System.nanoTime() - start) / 1e9;
            return new InferReport(
                    version.name(),
                    version.version(),
                    version.ref(),
                    input.name(),
                    input.version(),
                    output.name(),
                    output.format(),
                    Arrays.asList(predicted.columns()),
                    rows,
                    ((Number) counted.get("errors")).longValue(),
                    seconds,
                    rows / seconds);
        });
    }

    private static List<String> results(Task task) {
        return switch (task) {
            case CLASSIFICATION -> List.of("prediction", "confidence", "probabilities", "error");
            case REGRESSION -> List.of("prediction", "low", "high", "error");
            case EMBEDDING -> List.of("embedding", "error");
            case GENERATION -> List.of("text", "error");
        };
    }

    private static Dataset<Row> predict(
            InferParams params,
            ModelVersion version,
            Task task,
            List<ColumnSpec> features,
            Input input,
            Output output) {
        List<String> kept = params.keep().isEmpty() ? input.columns() : params.keep();
        List<String> results = results(task);
        for (String name : kept) {
            if (results.contains(name.toLowerCase(Locale.ROOT))) {
                throw new AthanorException(
                        "Cannot write predictions of " + input.name(),
                        "its column '" + name + "' has the name of a result",
                        "Say which columns to keep with --keep, or rename it in a view");
            }
        }
        Column[] arguments = new Column[features.size() + 1];
        arguments[0] = lit(version.ref());
        for (int i = 0; i < features.size(); i++) {
            arguments[i + 1] = input.column(features.get(i).name());
        }
        List<Column> columns = new ArrayList<>();
        // Kept columns are found again by place: a name may hold dots, and a nested field is called as it was asked
        // for.
        Dataset<Row> keptRows = kept.isEmpty() ? null : input.select(kept);
        List<String> names = keptRows == null ? List.of() : List.of(keptRows.columns());
        for (int i = 0; i < kept.size(); i++) {
            columns.add(input.column(kept.get(i)).as(names.get(i)));
        }
        columns.add(ModelColumn.of(task, arguments).as(PREDICTED));
        if (!input.isSound()) {
            columns.add(input.problem().as(PROBLEM));
        }
        Dataset<Row> rows = input.rows().select(columns.toArray(Column[]::new));
        List<Column> flat = new ArrayList<>();
        for (String name : names) {
            flat.add(rows.col("`" + name.replace("`", "``") + "`"));
        }
        for (String result : results) {
            Column value = rows.col(PREDICTED + "." + result);
            if (!input.isSound()) {
                Column problem = rows.col(PROBLEM);
                value = result.equals("error") ? coalesce(problem, value) : when(problem.isNull(), value);
            }
            boolean text = NESTED.contains(result) && output.format().equals("csv");
            flat.add((text ? to_json(value) : value).as(result));
        }
        return rows.select(flat.toArray(Column[]::new));
    }
}
