package dev.athanor.pipelines.input;

import dev.athanor.connectors.source.DataSource;
import dev.athanor.connectors.source.Source;
import dev.athanor.connectors.source.SourceErrors;
import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import dev.athanor.spark.internal.catalyst.catalog.ViewText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows a job reads, with columns found by the names a user writes.
 *
 * <p>A name is a column of the table, exactly or but for case, whatever characters it has; where no column is called so,
 * {@code a.b} is field {@code b} of struct column {@code a}, at any depth. Backticks around a name are allowed.
 */
public final class Input {
    private static final Pattern BARE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private final SparkSession spark;
    private final SourceSpec spec;
    private final Source source;

    private Input(SparkSession spark, SourceSpec spec, Source source) {
        this.spark = spark;
        this.spec = spec;
        this.source = source;
    }

    /** @throws AthanorException when the source cannot be opened */
    public static Input open(SparkSession spark, SourceSpec spec) {
        return new Input(spark, spec, DataSource.open(spark, spec));
    }

    /**
     * The same Delta table as it was.
     *
     * @throws AthanorException when that version cannot be read any more
     */
    public Input at(long version) {
        Map<String, String> options = new TreeMap<>(spec.options());
        options.put("versionAsOf", Long.toString(version));
        return new Input(
                spark,
                spec,
                DataSource.open(
                        spark, new SourceSpec(spec.input(), spec.table(), spec.format(), options, spec.columns())));
    }

    /** Path or table as the user wrote it. */
    public String name() {
        return source.name();
    }

    /** Pinned Delta version, or -1. */
    public long version() {
        return source.version();
    }

    /** All rows and columns. */
    public Dataset<Row> rows() {
        return source.rows();
    }

    /** Names of the top-level columns. */
    public List<String> columns() {
        return Arrays.asList(source.rows().columns());
    }

    /**
     * The columns called {@code names}, under these names and in this order.
     *
     * @throws AthanorException when one does not exist, with the nearest name, or is given twice
     */
    public Dataset<Row> select(List<String> names) {
        Map<String, String> seen = new LinkedHashMap<>();
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            String other = seen.putIfAbsent(plain(name).toLowerCase(Locale.ROOT), name);
            if (other != null) {
                throw new AthanorException(
                        "Cannot use column '" + name + "' of " + name(),
                        other.equals(name) ? "it is given twice" : "'" + other + "' differs from it in case only",
                        "Give each column once");
            }
            columns.add(column(name).as(plain(name)));
        }
        return source.rows().select(columns.toArray(Column[]::new));
    }

    /**
     * What {@link #select} reads, as SQL: of files with their format and the options given, of a view with the SQL that
     * defines it.
     */
    public String query(List<String> names) {
        String columns = names.stream().map(this::selected).collect(Collectors.joining(", "));
        if (spec.table() == null) {
            return "SELECT " + columns + " FROM " + source.format().id() + "." + ticked(spec.input()) + options();
        }
        String query = "SELECT " + columns + " FROM " + spec.table() + options();
        return ViewText.of(spark, spec.table())
                .map(view -> query + "\n/* view " + spec.table() + ": "
                        + (view.sql() == null ? "made of a Dataset, it has no SQL text" : view.sql()) + " */")
                .orElse(query);
    }

    private String selected(String name) {
        String path = path(name);
        String alias = quoted(plain(name));
        return path.equals(alias) ? path : path + " AS " + alias;
    }

    private String options() {
        Map<String, String> options = new TreeMap<>(spec.options());
        if (!spec.columns().isEmpty()) {
            options.put("columns", String.join(",", spec.columns()));
        }
        return options.isEmpty()
                ? ""
                : options.entrySet().stream()
                        .map(o -> literal(o.getKey()) + " = " + literal(o.getValue()))
                        .collect(Collectors.joining(", ", " WITH (", ")"));
    }

    private static String literal(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    /**
     * The column called {@code name}.
     *
     * @throws AthanorException when there is none, with the nearest name
     */
    public Column column(String name) {
        return source.rows().col(path(name));
    }

    /** A name as SQL, with its quotes. */
    private String path(String name) {
        String plain = plain(name);
        StructType schema = source.rows().schema();
        StructField field = field(schema, plain, plain);
        if (field != null) {
            return quoted(field.name());
        }
        String path = nested(schema, plain, plain);
        if (path != null) {
            return path;
        }
        List<String> known = names(schema);
        throw new AthanorException(
                "Cannot read column '" + plain + "' of " + name(),
                "there is no such column",
                NearestName.of(plain, known)
                                .map(k -> "Did you mean '" + k + "'? ")
                                .orElse("") + "Its columns are "
                        + String.join(", ", known.subList(0, Math.min(30, known.size())))
                        + (known.size() > 30 ? ", … (" + known.size() + ")" : ""));
    }

    /** Top-level names, and {@code a.b} for the fields of structs. */
    private static List<String> names(StructType schema) {
        List<String> names = new ArrayList<>();
        for (StructField field : schema.fields()) {
            names.add(field.name());
            if (field.dataType() instanceof StructType struct) {
                names(struct).forEach(n -> names.add(field.name() + "." + n));
            }
        }
        return names;
    }

    private StructField field(StructType schema, String name, String written) {
        List<StructField> near = Arrays.stream(schema.fields())
                .filter(f -> f.name().equalsIgnoreCase(name))
                .toList();
        if (near.size() > 1) {
            throw new AthanorException(
                    "Cannot read column '" + written + "' of " + name(),
                    near.size() + " of its columns are called so, but for case",
                    "Give them different names first, for example in a view");
        }
        return near.isEmpty() ? null : near.get(0);
    }

    /** The quoted path of a field of a struct, or null; the longest column name that fits comes first. */
    private String nested(StructType schema, String name, String written) {
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            StructField outer = field(schema, name.substring(0, dot), written);
            DataType type = outer == null ? null : outer.dataType();
            if (type instanceof StructType struct) {
                String rest = name.substring(dot + 1);
                StructField inner = field(struct, rest, written);
                String path = inner != null ? quoted(inner.name()) : nested(struct, rest, written);
                if (path != null) {
                    return quoted(outer.name()) + "." + path;
                }
            }
        }
        return null;
    }

    private static String plain(String name) {
        boolean ticks = name.length() > 2 && name.startsWith("`") && name.endsWith("`");
        return ticks ? name.substring(1, name.length() - 1).replace("``", "`") : name;
    }

    /** As SQL, in backticks where it needs them. */
    private static String quoted(String name) {
        return BARE.matcher(name).matches() ? name : ticked(name);
    }

    private static String ticked(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    /** Does work that reads the rows; an error that lies in the data is said in the user's terms. */
    public <T> T reading(Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (AthanorException e) {
            throw e;
        } catch (Exception e) {
            AthanorException explained = SourceErrors.explain(name(), e).orElse(null);
            throw explained == null ? e : explained;
        }
    }
}
