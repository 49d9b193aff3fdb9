package dev.athanor.spark.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a job takes and gives, read from its records: the one declaration behind options, procedures and schemas.
 * Immutable.
 *
 * <pre>{@code
 * JobSignature<TrainParams, TrainReport> signature = JobSignature.of(new TrainJob());
 * TrainParams params = signature.bind(Map.of("table", "news", "epochs", "3"));
 * }</pre>
 *
 * @param <P> parameters
 * @param <R> report
 */
public final class JobSignature<P extends Record, R extends Record> {
    private final Job<P, R> job;
    private final List<ParamSpec> params;
    private final Constructor<P> constructor;

    private JobSignature(Job<P, R> job, List<ParamSpec> params, Constructor<P> constructor) {
        this.job = job;
        this.params = params;
        this.constructor = constructor;
    }

    /** @throws IllegalArgumentException when the job's declaration is wrong: a bug of the job, not of its user */
    public static <P extends Record, R extends Record> JobSignature<P, R> of(Job<P, R> job) {
        List<ParamSpec> specs = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        RecordComponent[] components = job.paramsType().getRecordComponents();
        for (RecordComponent component : components) {
            ParamSpec spec = spec(job, component);
            if (!seen.add(spec.name()) || !seen.add("--" + spec.option())) {
                throw new IllegalArgumentException("job " + job.name() + " declares " + spec.title() + " twice");
            }
            specs.add(spec);
        }
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < types.length; i++) {
            types[i] = components[i].getType();
        }
        try {
            Constructor<P> constructor = job.paramsType().getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return new JobSignature<>(job, List.copyOf(specs), constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("job " + job.name() + " has a record without canonical constructor", e);
        }
    }

    private static ParamSpec spec(Job<?, ?> job, RecordComponent component) {
        Param param = component.getAnnotation(Param.class);
        String where = "job " + job.name() + ", parameter " + component.getName();
        if (param == null) {
            throw new IllegalArgumentException(where + " has no @Param");
        }
        if (param.doc().isBlank()) {
            throw new IllegalArgumentException(where + " has no doc");
        }
        ParamType type = ParamType.of(component.getGenericType());
        String name = JobJson.snake(component.getName());
        String option = param.option().isEmpty() ? name.replace('_', '-') : param.option();
        Object value;
        if (!param.defaultValue().isEmpty()) {
            value = Values.convert(param.defaultValue(), type);
        } else if (type == ParamType.STRING_LIST) {
            value = List.of();
        } else if (type == ParamType.STRING_MAP) {
            value = Map.of();
        } else if (component.getType() == boolean.class) {
            value = false;
        } else {
            value = null;
        }
        if (value == null && component.getType().isPrimitive() && !param.required()) {
            throw new IllegalArgumentException(where + " is a primitive, neither required nor with a default");
        }
        return new ParamSpec(
                name,
                option,
                type,
                component.getType(),
                param.doc(),
                param.defaultValue().isEmpty() ? null : param.defaultValue(),
                value,
                param.required(),
                List.of(param.choices()),
                param.position(),
                param.commandLineOnly());
    }

    public Job<P, R> job() {
        return job;
    }

    /** All parameters, in the record's order. */
    public List<ParamSpec> params() {
        return params;
    }

    /** The parameters that SQL and REST may give. */
    public List<ParamSpec> procedureParams() {
        return params.stream().filter(p -> !p.commandLineOnly()).toList();
    }

    /**
     * Makes the parameter record.
     *
     * @param values by snake_case name; texts as a command line has them, or typed values as SQL and JSON have them; null
     *     means absent
     * @throws AthanorException for a missing, unknown or unfit value, with the nearest name
     */
    public P bind(Map<String, ?> values) {
        Map<String, Object> bound = bindValues(values);
        Object[] arguments = params.stream().map(p -> bound.get(p.name())).toArray();
        try {
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof AthanorException refused) {
                throw refused;
            }
            throw new AthanorException(
                    "Cannot run " + job.name(),
                    "its parameters do not fit together, " + e.getCause().getMessage(),
                    "See --help",
                    e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("job " + job.name() + " has a record that cannot be made", e);
        }
    }

    /** Every parameter with its converted value or default, in the record's order; what is absent is null. */
    Map<String, Object> bindValues(Map<String, ?> values) {
        Set<String> known = params.stream().map(ParamSpec::name).collect(Collectors.toSet());
        for (String name : values.keySet()) {
            if (!known.contains(name)) {
                throw new AthanorException(
                        "Cannot run " + job.name(),
                        "it has no parameter '" + name + "'",
                        NearestName.of(name, known)
                                .map(near -> "Write '" + near + "' if you meant that")
                                .orElseGet(() -> "Its parameters are "
                                        + params.stream().map(ParamSpec::name).collect(Collectors.joining(", "))));
            }
        }
        Map<String, Object> out = new LinkedHashMap<>();
        for (ParamSpec param : params) {
            Object value = values.get(param.name());
            out.put(param.name(), value == null ? absent(param) : convert(param, value));
        }
        return out;
    }

    private Object absent(ParamSpec param) {
        if (param.required()) {
            throw new AthanorException(
                    "Cannot run " + job.name(), param.title() + " is missing", "Give it " + want(param));
        }
        return param.defaultValue();
    }

    private Object convert(ParamSpec param, Object value) {
        if (param.required() && value instanceof String text && text.isBlank()) {
            throw new AthanorException(
                    "Cannot run " + job.name(), param.title() + " is empty", "Give it " + want(param));
        }
        Object converted;
        try {
            converted = Values.convert(value, param.type());
        } catch (AthanorException e) {
            throw e;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new AthanorException(
                    "Cannot run " + job.name(),
                    param.title() + " takes " + param.type().article() + ", not '" + value + "'",
                    "Give it " + want(param),
                    e);
        }
        List<?> items = converted instanceof List<?> list ? list : List.of(converted);
        for (Object item : items) {
            if (!param.choices().isEmpty() && !param.choices().contains(item.toString())) {
                throw new AthanorException(
                        "Cannot run " + job.name(),
                        param.title() + " cannot be '" + item + "'",
                        NearestName.of(item.toString(), param.choices())
                                        .map(near -> "Write '" + near + "' if you meant that; it is one of ")
                                        .orElse("It is one of ")
                                + String.join(", ", param.choices()));
            }
        }
        return converted;
    }

    private static String want(ParamSpec param) {
        String kind =
                param.choices().isEmpty() ? param.type().article() : "one of " + String.join(", ", param.choices());
        return kind + ": " + param.doc().replaceAll("\\.$", "");
    }

    /** The values of a parameter record by snake_case name, secrets replaced by {@code (redacted)}. */
    public Map<String, Object> describe(P bound) {
        return Redaction.redact(JobJson.toMap(bound));
    }

    /** The default of every parameter by snake_case name, null where there is none. */
    ObjectNode defaults() {
        Map<String, Object> values = new LinkedHashMap<>();
        params.forEach(p -> values.put(p.name(), p.defaultValue()));
        return (ObjectNode) JobJson.toTree((Object) values);
    }

    /** JSON schema (draft 2020-12) of the parameters. */
    public ObjectNode jsonSchema() {
        return JsonSchemas.params(this);
    }

    /** JSON schema (draft 2020-12) of the report. */
    public ObjectNode reportSchema() {
        return JsonSchemas.record(job.reportType());
    }
}
