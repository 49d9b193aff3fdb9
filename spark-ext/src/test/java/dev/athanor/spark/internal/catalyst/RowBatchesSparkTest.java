package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.ColumnKind;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.platform.Failures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowBatchesSparkTest extends SparkTestSession {
    private static List<String> read(Dataset<Row> data, String label, String... features) {
        List<ColumnSpec> specs = ColumnSpecs.of(data.schema(), List.of(features));
        ColumnSpec labelSpec = label == null ? null : ColumnSpecs.of(data.schema(), label);
        List<String> lines = new ArrayList<>(RowBatches.mapPartitions(data, specs, labelSpec, 7, (rows, context) -> {
                    List<String> texts = new ArrayList<>();
                    RowBatch batch = new RowBatch(specs, labelSpec, 100);
                    while (rows.next(batch)) {
                        assertThat(batch.rows()).isBetween(1, 7);
                        assertThat(context.taskMetrics()).isNotNull();
                        for (int row = 0; row < batch.rows(); row++) {
                            texts.add(line(batch, row));
                        }
                    }
                    return texts.iterator();
                })
                .collect());
        Collections.sort(lines);
        return lines;
    }

    private static String line(RowBatch batch, int row) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < batch.features().size(); i++) {
            line.append(i == 0 ? "" : " | ");
            if (batch.column(i).isNull(row)) {
                line.append("null");
                continue;
            }
            switch (batch.features().get(i).kind()) {
                case NUMBER -> line.append(batch.numbers(i).value(row));
                case STRING ->
                    line.append(new String(
                            batch.bytes(i).data(),
                            batch.bytes(i).start(row),
                            batch.bytes(i).end(row) - batch.bytes(i).start(row),
                            StandardCharsets.UTF_8));
                case IMAGE_FILE ->
                    line.append(batch.bytes(i).end(row) - batch.bytes(i).start(row))
                            .append(" bytes");
                case VECTOR ->
                    line.append(Arrays.toString(Arrays.copyOfRange(
                            batch.vectors(i).data(),
                            batch.vectors(i).start(row),
                            batch.vectors(i).end(row))));
            }
        }
        return line.toString();
    }

    private static final String ROWS = "SELECT * FROM VALUES"
            + " (1Y, 2S, 3, 4L, 0.5F, 0.25D, 1.75BD, true, DATE'1970-01-11', TIMESTAMP'1970-01-01 00:00:01.5Z', 'é',"
            + " array(1F, 2F), array(1L, NULL), X'0102'),"
            + " (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),"
            + " (-1Y, -2S, -3, -4L, CAST('NaN' AS FLOAT), -0.25D, -1.75BD, false, DATE'1969-12-31',"
            + " TIMESTAMP'1969-12-31 23:59:59Z', '', array(), array(5L), X'')"
            + " AS t(b, s, i, l, f, d, c, t, day, at, text, v, w, img)";

    private static final String[] ALL = {"b", "s", "i", "l", "f", "d", "c", "t", "day", "at", "text", "v", "w", "img"};

    private static final String[] EXPECTED = {
        "-1.0 | -2.0 | -3.0 | -4.0 | NaN | -0.25 | -1.75 | 0.0 | -1.0 | -1.0 |  | [] | [5.0] | 0 bytes",
        "1.0 | 2.0 | 3.0 | 4.0 | 0.5 | 0.25 | 1.75 | 1.0 | 10.0 | 1.5 | é | [1.0, 2.0] | [1.0, NaN] | 2 bytes",
        String.join(" | ", Collections.nCopies(14, "null"))
    };

    @Test
    void everyTypeIsReadFromRows() {
        Dataset<Row> data = spark().sql(ROWS);
        assertThat(read(data, null, ALL)).containsExactly(EXPECTED);
        assertThat(read(data.repartition(2), "text", ALL)).containsExactly(EXPECTED);
    }

    @Test
    void everyTypeIsReadFromColumnVectors() {
        spark().sql(ROWS).coalesce(1).write().mode("overwrite").parquet("target/predict/types");
        assertThat(read(spark().read().parquet("target/predict/types"), null, ALL))
                .containsExactly(EXPECTED);
    }

    /** Numbers up to 449,950, which Parquet writes as they are, and up to 250, which it writes as a dictionary. */
    @ParameterizedTest
    @ValueSource(ints = {1_000_000, 251})
    void longColumnsOfVectorsCrossBatches(int modulus) {
        spark().sql("SELECT id, transform(sequence(1, 50), x -> CAST(id * x % " + modulus
                        + " AS FLOAT)) AS v FROM range(0, 9000, 1, 1)")
                .write()
                .mode("overwrite")
                .parquet("target/predict/vectors");
        Dataset<Row> data = spark().read().parquet("target/predict/vectors");
        List<ColumnSpec> specs = ColumnSpecs.of(data.schema(), List.of("v", "id"));
        List<Double> wrong = RowBatches.mapPartitions(data, specs, null, 1000, (rows, context) -> {
                    List<Double> off = new ArrayList<>();
                    RowBatch batch = new RowBatch(specs, 512);
                    while (rows.next(batch)) {
                        for (int row = 0; row < batch.rows(); row++) {
                            double id = batch.numbers(1).value(row);
                            for (int x = 0; x < 50; x++) {
                                if (batch.vectors(0).data()[batch.vectors(0).start(row) + x]
                                        != (float) (id * (x + 1) % modulus)) {
                                    off.add(id);
                                }
                            }
                        }
                    }
                    return off.iterator();
                })
                .collect();
        assertThat(wrong).isEmpty();
    }

    @Test
    void denseAndSparseVectorsOfMllib() {
        Dataset<Row> data = spark().createDataFrame(
                        List.of(
                                RowFactory.create(Vectors.dense(1, 2.5, 3)),
                                RowFactory.create(Vectors.sparse(4, new int[] {1, 3}, new double[] {7, 8})),
                                RowFactory.create((Object) null)),
                        new StructType().add("v", new VectorUDT()));
        assertThat(ColumnSpecs.of(data.schema(), "v")).isEqualTo(new ColumnSpec("v", ColumnKind.VECTOR, "vector"));
        assertThat(read(data, null, "v")).containsExactly("[0.0, 7.0, 0.0, 8.0]", "[1.0, 2.5, 3.0]", "null");
    }

    @Test
    void specsSayKindAndType() {
        assertThat(ColumnSpecs.of(
                        StructType.fromDDL("`a.b` DECIMAL(10,2), T VARCHAR(20), v ARRAY<INT>, i BINARY"),
                        List.of("a.b", "t", "v", "i")))
                .containsExactly(
                        new ColumnSpec("a.b", ColumnKind.NUMBER, "decimal(10,2)"),
                        new ColumnSpec("T", ColumnKind.STRING, "varchar(20)"),
                        new ColumnSpec("v", ColumnKind.VECTOR, "array<int>"),
                        new ColumnSpec("i", ColumnKind.IMAGE_FILE, "binary"));
    }

    @Test
    void columnsWithDotsAndOfOtherCaseAreFound() {
        Dataset<Row> data = spark().sql("SELECT 1 AS `a.b`, 'x' AS Title");
        assertThat(read(data, null, "a.b", "title")).containsExactly("1.0 | x");
    }

    @Test
    void missingAndUnreadableColumnsAreErrors() {
        StructType schema = StructType.fromDDL("title STRING, m MAP<STRING, INT>, body STRING");
        assertThatThrownBy(() -> ColumnSpecs.of(schema, List.of("titel")))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot read column 'titel': the table has no such column."
                        + " Did you mean 'title'? Its columns: title, m, body.");
        assertThatThrownBy(() -> ColumnSpecs.of(schema, List.of("m")))
                .hasMessageContaining("Cannot use column 'm': its type is map<string,int>, which no model can read");
    }

    @Test
    void aTypeOfAnotherFamilyIsAnError() {
        Dataset<Row> data = spark().sql("SELECT '1' AS x");
        assertThatThrownBy(() -> RowBatches.mapPartitions(
                        data,
                        List.of(new ColumnSpec("x", ColumnKind.NUMBER, "int")),
                        null,
                        1,
                        (rows, context) -> Collections.emptyIterator()))
                .hasMessage("Cannot read column 'x': feature 'x' was trained as int and is given as string."
                        + " Cast it to int, or train the model again on the new type.");
    }

    @Test
    void longTextsEndABatchEarly() {
        Dataset<Row> data = spark().sql("SELECT repeat('0123456789', 100000) AS text FROM range(0, 100, 1, 1)");
        List<ColumnSpec> specs = ColumnSpecs.of(data.schema(), List.of("text"));
        List<Integer> sizes = RowBatches.mapPartitions(data, specs, null, 1000, (rows, context) -> {
                    List<Integer> counts = new ArrayList<>();
                    RowBatch batch = new RowBatch(specs, 1000);
                    while (rows.next(batch)) {
                        counts.add(batch.rows());
                    }
                    return counts.iterator();
                })
                .collect();
        assertThat(sizes).containsExactly(34, 34, 32);
    }

    @ParameterizedTest
    @ValueSource(strings = {"parquet", "delta"})
    void longVectorsAreReadFewRowsAtATime(String format) {
        String path = "target/row-batches-long-vectors-" + format;
        spark().sql("SELECT id AS x, transform(sequence(1, 784), i -> CAST(id + i AS FLOAT)) AS v FROM range(500)")
                .coalesce(1)
                .write()
                .format(format)
                .mode("overwrite")
                .save(path);
        Dataset<Row> data = spark().read().format(format).load(path);
        List<ColumnSpec> vectors = ColumnSpecs.of(data.schema(), List.of("v"));
        assertThat(readAhead(RowBatches.mapPartitions(data, vectors, null, 1, firstRow(vectors))))
                .as("of unknown length")
                .isEqualTo(48);
        assertThat(readAhead(RowBatches.mapPartitions(data, vectors, null, 1, 784, firstRow(vectors))))
                .isEqualTo(120);
        assertThat(readAhead(RowBatches.mapPartitions(data.coalesce(1), vectors, null, 1, firstRow(vectors))))
                .as("as rows, for the task that trains")
                .isEqualTo(48);
        List<ColumnSpec> numbers = ColumnSpecs.of(data.schema(), List.of("x"));
        assertThat(readAhead(RowBatches.mapPartitions(data, numbers, null, 1, firstRow(numbers))))
                .isEqualTo(500);
    }

    private static long readAhead(JavaRDD<Long> counts) {
        return counts.collect().stream().mapToLong(Long::longValue).max().orElseThrow();
    }

    /** Rows that the scan has read when the first is there. */
    private static RowBatchFunction<Long> firstRow(List<ColumnSpec> specs) {
        return (rows, context) -> {
            rows.next(new RowBatch(specs, 1));
            return List.of(context.taskMetrics().inputMetrics().recordsRead()).iterator();
        };
    }

    @Test
    void aHeapThatIsFullIsARefusalAndTheSessionLives() {
        Dataset<Row> data = spark().sql("SELECT id AS x FROM range(3)");
        List<ColumnSpec> specs = ColumnSpecs.of(data.schema(), List.of("x"));
        for (boolean wrapped : new boolean[] {false, true}) {
            JavaRDD<Object> full = RowBatches.mapPartitions(data, specs, null, 1, (rows, context) -> {
                OutOfMemoryError error = new OutOfMemoryError("Java heap space");
                if (wrapped) {
                    throw new IllegalStateException("Cannot reserve additional contiguous bytes", error);
                }
                throw error;
            });
            assertThatThrownBy(full::collect)
                    .extracting(e -> Failures.of("Cannot evaluate", e).getMessage())
                    .asString()
                    .startsWith("Cannot read rows: the Java heap is full (");
        }
        assertThat(spark().range(3).count()).as("the session lives").isEqualTo(3);
    }
}
