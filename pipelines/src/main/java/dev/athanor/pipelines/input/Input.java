package dev.athanor.pipelines.input;

import static org.apache.spark.sql.functions.coalesce;

import dev.athanor.connectors.source.CsvCells;
import dev.athanor.connectors.source.DataSource;
import dev.athanor.connectors.source.Source;
import dev.athanor.connectors.source.SourceErrors;
import dev.athanor.connectors.source.SourceFormat;
import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.connectors.source.TextReader;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.text.NearestName;
import dev.athanor.spark.internal.catalyst.ScannedFiles;
import dev.athanor.spark.internal.catalyst.catalog.ViewText;
import java.io.IOException;
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
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
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
    private final Dataset<Row> rows;
    private final TrainedCells cells;
    /** Of lines that are problems of their rows; null where there are no such lines, or reading fails for them. */
    private final CsvCells lines;

    private Input(
            SparkSession spark, SourceSpec spec, Source source, Dataset<Row> rows, TrainedCells cells, CsvCells lines) {
        this.spark = spark;
        this.spec = spec;
        this.source = source;
        this.rows = rows;
        this.cells = cells;
        this.lines = lines;
    }

    /** @throws AthanorException when the source cannot be opened */
    public static Input open(SparkSession spark, SourceSpec spec) {
        Source source = DataSource.open(spark, spec);
        return new Input(spark, spec, source, WrongLines.rows(source), TrainedCells.NONE, source.cells());
    }

    /**
     * As {@link #open(SparkSession, SourceSpec)}, for a model: in files that do not say their types, the columns that it
     * was trained on are read with the types it was trained with, so that a cell of another type is a {@link #problem()}
     * of its row and does not change the type of its column. A column of which no cell has the trained type is left as it
     * is: its type has changed.
     *
     * @throws AthanorException when the source cannot be opened, or has no such column
     */
    public static Input open(SparkSession spark, SourceSpec spec, List<ColumnSpec> trained) throws Exception {
        Input inferred = open(spark, spec);
        return inferred.source.isInferred() ? inferred.reading(() -> inferred.as(trained)) : inferred;
    }

    private Input as(List<ColumnSpec> trained) {
        List<TrainedCells.Candidate> candidates = new ArrayList<>();
        for (ColumnSpec spec : trained) {
            List<String> path = path(spec.name());
            DataType given =
                    rows.select(rows.col(sql(path))).schema().fields()[0].dataType();
            candidates.add(new TrainedCells.Candidate(spec, path, sql(path), given));
        }
        TrainedCells found = TrainedCells.of(source, spec.options(), candidates);
        return new Input(spark, spec, source, found.rows(source), found, source.cells());
    }

    /**
     * The same Delta table as it was.
     *
     * @throws AthanorException when that version cannot be read any more
     */
    public Input at(long version) {
        Map<String, String> options = new TreeMap<>(spec.options());
        options.put("versionAsOf", Long.toString(version));
        return open(spark, new SourceSpec(spec.input(), spec.table(), spec.format(), options, spec.columns()));
    }

    /** Path or table as the user wrote it. */
    public String name() {
        return source.name();
    }

    /** Pinned Delta version, or null when there is none. */
    public Long version() {
        return source.version() < 0 ? null : Long.valueOf(source.version());
    }

    /**
     * The files that the rows come from, as they were when it was opened; none for rows that lie in no file.
     *
     * @throws IOException when one is gone
     */
    public List<FileStatus> files() throws IOException {
        List<FileStatus> files = new ArrayList<>(ScannedFiles.of(source.rows()));
        for (String beside : source.readBesideSpark()) {
            Path path = new Path(beside);
            files.add(path.getFileSystem(spark.sparkContext().hadoopConfiguration())
                    .getFileStatus(path));
        }
        return files;
    }

    /**
     * The same, but for lines of CSV files with too few or too many cells: {@link #reading} fails when it comes to one, and
     * says which.
     */
    public Input refusingWrongLines() {
        return lines == null ? this : new Input(spark, spec, source, WrongLines.refused(rows, lines), cells, null);
    }

    /** All rows with all columns; {@link #columns} are those of the source. */
    public Dataset<Row> rows() {
        return rows;
    }

    /**
     * Why a row cannot be predicted, as text: a cell that is not of the type that the model was trained with, or a line
     * that is not of the file's format, or of a CSV file with too few or too many cells. Null for good rows.
     */
    public Column problem() {
        Column cell = cells.problem(rows);
        return lines == null ? cell : coalesce(WrongLines.problem(rows, lines), cell);
    }

    /** Whether {@link #problem()} is known to be null in all rows. */
    public boolean isSound() {
        return lines == null && cells.isSound();
    }

    /**
     * What a user should know of the columns called {@code names} whose types are only what their cells look like: which
     * are texts though nearly all their cells are numbers, for the sake of which cell, and what to do.
     */
    public List<String> notesOnTypes(List<String> names) throws IOException {
        if (!source.isInferred()) {
            return List.of();
        }
        return AlmostNumbers.notes(select(names), source.format() == SourceFormat.CSV, files().size() == 1);
    }

    /** @throws AthanorException when some records of its files are not of the files' format, and so are rows of nulls */
    public void requireWhole() {
        String corrupt = BrokenLines.column(source, spec.options());
        if (corrupt != null) {
            BrokenLines.refuse(source, corrupt);
        }
    }

    /** Names of the top-level columns. */
    public List<String> columns() {
        return Arrays.stream(rows.columns())
                .filter(c -> !c.equals(CsvCells.COLUMN))
                .toList();
    }

    /**
     * Names of the columns that a model may learn from without being told to: all, but of image files their content alone,
     * for the folder in a file's path is its label.
     */
    public List<String> offered() {
        return isFolderOfImages() ? List.of("content") : columns();
    }

    /** Whether its rows are image files: {@code path}, {@code content} and {@code label}. */
    public boolean isFolderOfImages() {
        return source.format() == SourceFormat.IMAGE;
    }

    /**
     * The columns called {@code names}, under these names and in this order.
     *
     * @throws AthanorException when one does not exist, with the nearest name, or is given twice
     */
    public Dataset<Row> select(List<String> names) {
        return select(names, rows);
    }

    /** As {@link #select(List)}, of the rows where {@code condition} holds. */
    public Dataset<Row> select(List<String> names, Column condition) {
        return select(names, rows.where(condition));
    }

    private Dataset<Row> select(List<String> names, Dataset<Row> from) {
        Map<String, String> seen = new LinkedHashMap<>();
        List<Column> columns = new ArrayList<>();
        for (String name : names) {
            String other = seen.putIfAbsent(plain(name).toLowerCase(Locale.ROOT), name);
            if (other != null) {
                throw new AthanorException(
                        "Cannot use column '" + name + "' of " + name(),
                        other.equals(name)
                                ? "it is given twice"
                                : "'" + other + "' differs from it in case only, and Spark compares names without case",
                        "Give each column once");
            }
            columns.add(column(name).as(plain(name)));
        }
        return from.select(columns.toArray(Column[]::new));
    }

    /**
     * What {@link #select} reads, as SQL: of files with their format and the options they are read with, of a view with
     * the SQL that defines it.
     */
    public String query(List<String> names) {
        String columns = names.stream().map(this::selected).collect(Collectors.joining(", "));
        String query = "SELECT " + columns + " FROM " + source.sql();
        if (spec.table() == null) {
            return query;
        }
        return ViewText.of(spark, spec.table())
                .map(view -> query + "\n/* view " + spec.table() + ": "
                        + (view.sql() == null ? "made of a Dataset, it has no SQL text" : view.sql()) + " */")
                .orElse(query);
    }

    private String selected(String name) {
        String path = sql(path(name));
        String alias = quoted(plain(name));
        return path.equals(alias) ? path : path + " AS " + alias;
    }

    /**
     * The column called {@code name}.
     *
     * @throws AthanorException when there is none, with the nearest name
     */
    public Column column(String name) {
        String path = sql(path(name));
        return cells.value(path, rows.col(path));
    }

    private static String sql(List<String> path) {
        return path.stream().map(Input::quoted).collect(Collectors.joining("."));
    }

    /** The column that a name means, and the fields within it. */
    private List<String> path(String name) {
        String plain = plain(name);
        StructType schema = rows.schema();
        StructField field = field(schema, plain, plain);
        if (field != null) {
            return List.of(field.name());
        }
        List<String> path = nested(schema, plain, plain);
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
            if (field.name().equals(CsvCells.COLUMN)) {
                continue;
            }
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
                    near.size() + " of its columns are called so: Spark compares names without case",
                    "Give them different names first, for example in a view");
        }
        return near.isEmpty() ? null : near.get(0);
    }

    /** The path of a field of a struct, or null; the longest column name that fits comes first. */
    private List<String> nested(StructType schema, String name, String written) {
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            StructField outer = field(schema, name.substring(0, dot), written);
            DataType type = outer == null ? null : outer.dataType();
            if (type instanceof StructType struct) {
                String rest = name.substring(dot + 1);
                StructField inner = field(struct, rest, written);
                List<String> path = inner != null ? List.of(inner.name()) : nested(struct, rest, written);
                if (path != null) {
                    List<String> whole = new ArrayList<>(path);
                    whole.add(0, outer.name());
                    return whole;
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

    /** Whether its rows are the lines of one text, in order. */
    public boolean isLines() {
        return source.format() == SourceFormat.TEXT && columns().contains(TextReader.LINE);
    }

    /** Does work that reads the rows; an error that lies in the data is said in the user's terms. */
    public <T> T reading(Callable<T> work) throws Exception {
        try {
            return work.call();
        } catch (AthanorException e) {
            throw e;
        } catch (Exception e) {
            if (WrongLines.isRefusal(e)) {
                throw WrongLines.explained(source, spec.options(), e);
            }
            AthanorException explained = SourceErrors.explain(name(), e).orElse(null);
            throw explained == null ? e : explained;
        }
    }
}
