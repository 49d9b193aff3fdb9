package dev.athanor.spark.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.Predictor;
import dev.athanor.engine.table.ColumnSpec;
import dev.athanor.engine.table.Task;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelCacheTest {
    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void aModelIsLoadedOnceHoweverManyAsk() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        ModelCache cache = new ModelCache(
                (location, digest, kernels) -> {
                    await(started);
                    return model(10);
                },
                () -> 100);
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<Model>> asked = IntStream.range(0, 8)
                    .mapToObj(i -> threads.submit(() -> cache.get("there", "d", "auto")))
                    .toList();
            started.countDown();
            Model first = asked.get(0).get();
            for (Future<Model> model : asked) {
                assertThat(model.get()).isSameAs(first);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void overTheLimitTheOneUsedLongestAgoIsForgotten() {
        ModelCache cache = new ModelCache((location, digest, kernels) -> model(40), () -> 100);
        Model a = cache.get("there", "a", "auto");
        cache.get("there", "b", "auto");
        assertThat(cache.get("there", "a", "auto")).isSameAs(a);
        cache.get("there", "c", "auto");
        assertThat(cache.bytes()).isEqualTo(80);
        assertThat(cache.get("there", "a", "auto")).isSameAs(a);
        assertThat(loads).hasValue(3);
        cache.get("there", "b", "auto");
        assertThat(loads).hasValue(4);
    }

    @Test
    void aModelOverTheLimitIsHeldWhileItIsTheNewest() {
        ModelCache cache = new ModelCache((location, digest, kernels) -> model(1000), () -> 100);
        Model a = cache.get("there", "a", "auto");
        assertThat(cache.get("there", "a", "auto")).isSameAs(a);
    }

    @Test
    void otherKernelsAreAnotherModel() {
        ModelCache cache = new ModelCache((location, digest, kernels) -> model(1), () -> 100);
        assertThat(cache.get("there", "a", "auto")).isNotSameAs(cache.get("there", "a", "scalar"));
    }

    @Test
    void aLoadThatFailsIsTriedAgain() {
        ModelCache cache = new ModelCache(
                (location, digest, kernels) -> {
                    if (loads.get() == 0) {
                        loads.incrementAndGet();
                        throw new AthanorException("Cannot load model", "a byte is flipped", "Restore it");
                    }
                    return model(1);
                },
                () -> 100);
        assertThatThrownBy(() -> cache.get("there", "a", "auto")).hasMessageContaining("a byte is flipped");
        assertThat(cache.get("there", "a", "auto")).isNotNull();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Model model(long bytes) {
        loads.incrementAndGet();
        return new Model() {
            @Override
            public Manifest manifest() {
                throw new UnsupportedOperationException();
            }

            @Override
            public Task task() {
                return Task.REGRESSION;
            }

            @Override
            public List<ColumnSpec> signature() {
                return List.of();
            }

            @Override
            public List<String> classes() {
                return List.of();
            }

            @Override
            public Predictor predictor(int capacity) {
                throw new UnsupportedOperationException();
            }

            @Override
            public long vectorNumbers() {
                return 0;
            }

            @Override
            public long weightBytes() {
                return bytes;
            }

            @Override
            public String kernels() {
                return "none";
            }
        };
    }
}
