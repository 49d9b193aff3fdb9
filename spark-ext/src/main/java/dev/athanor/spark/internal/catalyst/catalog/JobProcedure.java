package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import dev.athanor.spark.job.Job;
import dev.athanor.spark.job.JobSignature;
import dev.athanor.spark.job.ParamSpec;
import dev.athanor.spark.job.ParamType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.procedures.BoundProcedure;
import org.apache.spark.sql.connector.catalog.procedures.ProcedureParameter;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A job as the procedure {@code CALL athanor.NAME(…)}; its arguments are checked against the job's parameters here, so
 * that messages are the job's own.
 *
 * <p>Every parameter is optional for Spark, which would otherwise report a missing one in its own words; what is required
 * is checked by the job's signature. Bound and unbound procedure are two classes because Spark 4.0 takes an object that
 * is both for an unbound one (SPARK-61506).
 */
final class JobProcedure implements UnboundProcedure {
    /** Identity of a run, which every recorded job takes though it is no parameter of its own. */
    static final String RUN_ID = "run_id";

    private final String name;
    private final Job<?, ?> job;
    private final JobSignature<?, ?> signature;
    private final ProcedureRunner runner;

    JobProcedure(String name, Job<?, ?> job, ProcedureRunner runner) {
        this.name = name;
        this.job = job;
        this.signature = JobSignature.of(job);
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
    public BoundProcedure bind(StructType arguments) {
        List<ParamSpec> params = signature.procedureParams();
        DataType[] given = new DataType[params.size()];
        // Spark compares names as they are written, so a parameter is called as the caller spelled it.
        String[] spelled = names().toArray(String[]::new);
        StructField[] fields = arguments.fields();
        for (int i = 0; i < fields.length; i++) {
            if (!fields[i].metadata().contains(ProcedureParameter.BY_NAME_METADATA_KEY)) {
                if (i < given.length) {
                    given[i] = fields[i].dataType();
                } else if (i > given.length || !takesRunId()) {
                    throw refused(
                            "it takes at most " + given.length + " arguments, and got " + fields.length,
                            "Its parameters are " + names());
                }
                continue;
            }
            String wanted = fields[i].name().toLowerCase(Locale.ROOT);
            int at = indexOf(params, wanted);
            if (at >= 0) {
                given[at] = fields[i].dataType();
                spelled[at] = fields[i].name();
            } else if (takesRunId() && wanted.equals(RUN_ID)) {
                spelled[given.length] = fields[i].name();
            } else {
                throw refused(
                        "it has no parameter '" + fields[i].name() + "'",
                        NearestName.of(wanted, names())
                                .map(near -> "Write '" + near + "' if you meant that")
                                .orElseGet(() -> "Its parameters are " + String.join(", ", names())));
            }
        }
        ProcedureParameter[] parameters = new ProcedureParameter[spelled.length];
        for (int i = 0; i < given.length; i++) {
            ParamSpec param = params.get(i);
            parameters[i] = parameter(spelled[i], sqlType(param, given[i]), comment(param));
        }
        if (takesRunId()) {
            parameters[given.length] = parameter(
                    spelled[given.length],
                    DataTypes.StringType,
                    "Identity of the run: a second call with the same one resumes it or gives its result.");
        }
        return new BoundJobProcedure(name, job, List.copyOf(params), parameters, runner);
    }

    private boolean takesRunId() {
        return job.recorded() && indexOf(signature.procedureParams(), RUN_ID) < 0;
    }

    private List<String> names() {
        List<String> names = signature.procedureParams().stream()
                .map(ParamSpec::name)
                .collect(Collectors.toCollection(ArrayList::new));
        if (takesRunId()) {
            names.add(RUN_ID);
        }
        return names;
    }

    private AthanorException refused(String reason, String remedy) {
        return new AthanorException("Cannot call athanor." + name, reason, remedy);
    }

    private static int indexOf(List<ParamSpec> params, String name) {
        for (int i = 0; i < params.size(); i++) {
            if (params.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    private static ProcedureParameter parameter(String name, DataType type, String comment) {
        return ProcedureParameter.in(name, type)
                .defaultValue("NULL")
                .comment(comment)
                .build();
    }

    /** A text is taken where a list or map is meant: {@code 'title,description'}, as on the command line. */
    private static DataType sqlType(ParamSpec param, DataType given) {
        boolean many = param.type() == ParamType.STRING_LIST || param.type() == ParamType.STRING_MAP;
        return many && given instanceof StringType
                ? DataTypes.StringType
                : DataType.fromDDL(param.type().sqlType());
    }

    private static String comment(ParamSpec param) {
        if (param.required()) {
            return param.doc() + " Required.";
        }
        return param.defaultText() == null ? param.doc() : param.doc() + " Default: " + param.defaultText() + ".";
    }
}
