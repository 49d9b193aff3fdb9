package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.spark.internal.catalyst.ReportRows;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.ParamSpec;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.connector.catalog.procedures.BoundProcedure;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.connector.read.LocalScan;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/** A job's procedure with the types of its arguments known: a call runs the job and gives its report as rows. */
final class BoundJobProcedure implements BoundProcedure {
    private final String name;
    private final Job<?, ?> job;
    private final List<ParamSpec> params;
    private final ProcedureParameter[] parameters;
    private final ProcedureRunner runner;

    BoundJobProcedure(
            String name,
            Job<?, ?> job,
            List<ParamSpec> params,
            ProcedureParameter[] parameters,
            ProcedureRunner runner) {
        this.name = name;
        this.job = job;
        this.params = params;
        this.parameters = parameters;
        this.runner = runner;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String description() {
        return job.summary();
    }

    @Override
    public ProcedureParameter[] parameters() {
        return parameters.clone();
    }

    @Override
    public boolean isDeterministic() {
        return false;
    }

    @Override
    public Iterator<Scan> call(InternalRow input) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (int i = 0; i < params.size(); i++) {
            if (!input.isNullAt(i)) {
                arguments.put(
                        params.get(i).name(), value(input.get(i, parameters[i].dataType()), parameters[i].dataType()));
            }
        }
        int last = params.size();
        String runId = parameters.length > last && !input.isNullAt(last)
                ? input.getUTF8String(last).toString()
                : null;
        Record report = runner.run(job, arguments, runId);
        ReportRows rows = ReportRows.of(job.reportType());
        return List.<Scan>of(new Report(rows.schema(), rows.rows(report))).iterator();
    }

    private static Object value(Object value, DataType type) {
        if (value instanceof UTF8String text) {
            return text.toString();
        } else if (value instanceof ArrayData array) {
            return texts(array);
        } else if (value instanceof MapData map) {
            List<String> keys = texts(map.keyArray());
            List<String> values = texts(map.valueArray());
            Map<String, String> pairs = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                pairs.put(keys.get(i), values.get(i));
            }
            return pairs;
        } else if (value instanceof Number || value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException("an argument of type " + type.sql() + " is not one a job can take");
    }

    private static List<String> texts(ArrayData array) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.numElements(); i++) {
            Object item = array.isNullAt(i) ? null : array.get(i, DataTypes.StringType);
            texts.add(item == null ? null : item.toString());
        }
        return texts;
    }

    private static final class Report implements LocalScan {
        private final StructType schema;
        private final InternalRow[] rows;

        Report(StructType schema, List<InternalRow> rows) {
            this.schema = schema;
            this.rows = rows.toArray(InternalRow[]::new);
        }

        @Override
        public StructType readSchema() {
            return schema;
        }

        @Override
        public InternalRow[] rows() {
            return rows;
        }
    }
}
