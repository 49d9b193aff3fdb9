package dev.athanor.pipelines.quickstart;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.platform.Failures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The digits as Delta tables {@code (id int, image array<float>, label int)}, marked by a table property: writing them
 * again replaces them, and no table without the mark.
 */
final class DigitsTables {
    static final String ALL = "digits";
    static final String TRAIN = "digits_train";
    static final String TEST = "digits_test";

    private static final String MARK = "athanor.quickstart";

    private static final StructType SCHEMA = new StructType()
            .add("id", DataTypes.IntegerType)
            .add("image", DataTypes.createArrayType(DataTypes.FloatType, false))
            .add("label", DataTypes.IntegerType);

    private DigitsTables() {}

    /** @throws AthanorException where a table of the user has one of the names, before anything is written */
    static void write(SparkSession spark) throws InterruptedException {
        for (String table : List.of(ALL, TRAIN, TEST)) {
            refuseForeign(spark, table);
        }
        List<Digits> all = Digits.all();
        Set<Integer> test = new HashSet<>(Digits.testIds(all.size()));
        List<Row> allRows = new ArrayList<>();
        List<Row> trainRows = new ArrayList<>();
        List<Row> testRows = new ArrayList<>();
        for (Digits digit : all) {
            Row row = RowFactory.create(digit.id(), digit.image().toArray(), digit.label());
            allRows.add(row);
            (test.contains(digit.id()) ? testRows : trainRows).add(row);
        }
        // A small Delta write is mostly waiting and warming up: side by side, three take little longer than one.
        ExecutorService writers = Executors.newFixedThreadPool(3, work -> new Thread(work, "athanor-quickstart-write"));
        try {
            List<Future<?>> writes = List.of(
                    writers.submit(() -> write(spark, ALL, allRows)),
                    writers.submit(() -> write(spark, TRAIN, trainRows)),
                    writers.submit(() -> write(spark, TEST, testRows)));
            for (Future<?> write : writes) {
                write.get();
            }
        } catch (ExecutionException e) {
            throw Failures.of("Cannot write the tables of the quickstart", e.getCause());
        } finally {
            writers.shutdownNow();
        }
    }

    private static void refuseForeign(SparkSession spark, String table) {
        if (!spark.catalog().tableExists(table)) {
            return;
        }
        boolean ours = spark.sql("SHOW TBLPROPERTIES " + table).collectAsList().stream()
                .anyMatch(p -> p.getString(0).equals(MARK) && p.getString(1).equals("true"));
        if (!ours) {
            throw new AthanorException(
                    "Cannot write table " + table + " of the quickstart",
                    "there is a table of that name already, which the quickstart did not make",
                    "Rename or drop that table, or choose another --warehouse");
        }
    }

    private static void write(SparkSession spark, String table, List<Row> rows) {
        spark.createDataFrame(rows, SCHEMA)
                .coalesce(1)
                .writeTo(table)
                .using("delta")
                .tableProperty(MARK, "true")
                .createOrReplace();
    }
}
