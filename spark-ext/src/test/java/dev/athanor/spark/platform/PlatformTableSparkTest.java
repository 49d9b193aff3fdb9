package dev.athanor.spark.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.SparkTestSession;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class PlatformTableSparkTest extends SparkTestSession {
    /** A table of a few rows must not cost a cluster dozens of tasks for each write. */
    @Test
    void everyShuffleOfAWriteIsOneTask() throws Exception {
        StructType schema = new StructType().add("id", "string").add("n", "int");
        PlatformTable table = new PlatformTable(spark(), "one_task", schema, List.of("id"));
        List<Integer> tasks = new CopyOnWriteArrayList<>();
        SparkListener counter = new SparkListener() {
            @Override
            public void onStageSubmitted(SparkListenerStageSubmitted stage) {
                // Stages before a shuffle have a task for each file they read.
                if (stage.stageInfo().parentIds().nonEmpty()) {
                    tasks.add(stage.stageInfo().numTasks());
                }
            }
        };
        var context = spark().sparkContext();
        context.listenerBus().waitUntilEmpty();
        context.addSparkListener(counter);
        try {
            for (int n = 1; n <= 3; n++) {
                assertThat(table.writeOnce("one-task", n, "id = 'a'", List.of(RowFactory.create("a", n))))
                        .isTrue();
            }
            context.listenerBus().waitUntilEmpty();
        } finally {
            context.removeSparkListener(counter);
        }
        assertThat(tasks).isNotEmpty().allMatch(n -> n == 1);
        assertThat(table.rows(all -> all)).containsExactly(RowFactory.create("a", 3));
    }
}
