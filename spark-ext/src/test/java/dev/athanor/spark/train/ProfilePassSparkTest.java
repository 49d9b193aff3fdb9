package dev.athanor.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.table.TableProfiler;
import dev.athanor.spark.SparkTestSession;
import dev.athanor.spark.internal.catalyst.ColumnSpecs;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class ProfilePassSparkTest extends SparkTestSession {
    @Test
    void seesEveryRowOfEveryPartition() {
        TableProfile profile = run(rows(10_000, 3)).profile();
        assertThat(profile.rows()).isEqualTo(10_000 - 1000);
        assertThat(profile.labels().rows()).isEqualTo(10_000);
        assertThat(profile.labels().nulls()).isEqualTo(1000);
    }

    @Test
    void givesTheSameBytesWheneverTasksFinish() {
        byte[] few = run(rows(5000, 7)).toBytes();
        assertThat(run(rows(5000, 7)).toBytes()).isEqualTo(few);
        byte[] many = run(rows(5000, 66)).toBytes();
        assertThat(run(rows(5000, 66)).toBytes()).isEqualTo(many);
    }

    private TableProfiler run(Dataset<Row> rows) {
        List<ColumnSpec> features = ColumnSpecs.of(rows.schema(), List.of("x", "text"));
        return ProfilePass.run(rows, features, ColumnSpecs.of(rows.schema(), "y"));
    }

    private static Dataset<Row> rows(long count, int partitions) {
        return spark().range(0, count, 1, partitions)
                .selectExpr(
                        "sin(id) * 1e6 as x",
                        "concat('word', id % 37, ' other', id % 5) as text",
                        "if(id % 10 = 0, null, id % 3) as y");
    }
}
