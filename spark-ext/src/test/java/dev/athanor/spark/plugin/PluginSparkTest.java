package dev.athanor.spark.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.spark.SparkTestSession;
import java.io.Serializable;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class PluginSparkTest extends SparkTestSession {
    record Step(int task, double loss) implements Serializable {}

    @Test
    void thePluginAloneGivesDelta() {
        String path = warehouse().resolve("plugin-alone").toString();
        spark().range(3).write().format("delta").save(path);
        assertThat(sql("SELECT count(*) FROM delta.`" + path + "`").get(0).getLong(0))
                .isEqualTo(3);
    }

    @Test
    void tasksTalkToTheDriver() throws Exception {
        LinkedBlockingQueue<Serializable> seen = new LinkedBlockingQueue<>();
        List<DriverMessages.Subscription> subscriptions = List.of(
                DriverMessages.listen("steps", message -> {
                    throw new IllegalStateException("a watcher that fails");
                }),
                DriverMessages.listen("steps", seen::add));
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark().sparkContext());
        context.parallelize(List.of(1, 2), 2).foreach(n -> ExecutorMessages.send("steps", new Step(n, 0.5)));
        assertThat(List.of(seen.poll(10, TimeUnit.SECONDS), seen.poll(10, TimeUnit.SECONDS)))
                .containsExactlyInAnyOrder(new Step(1, 0.5), new Step(2, 0.5));
        context.parallelize(List.of(3), 1).foreach(n -> ExecutorMessages.send("other topic", new Step(n, 0.5)));
        subscriptions.forEach(DriverMessages.Subscription::close);
        DriverMessages.deliver(new ExecutorMessages.Envelope("steps", new Step(4, 0)));
        assertThat(seen).isEmpty();
    }
}
