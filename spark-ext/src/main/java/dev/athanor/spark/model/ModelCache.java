package dev.athanor.spark.model;

import dev.athanor.engine.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One copy of each model's weights per process, shared by all its tasks; found by content. Thread-safe.
 *
 * <p>A model asked for by several tasks at once is loaded once; a load that fails is not remembered. When the weights
 * held exceed the limit, the models used longest ago are forgotten; tasks that still run them keep them until they end.
 */
public final class ModelCache {
    private static final Logger LOG = LoggerFactory.getLogger(ModelCache.class);

    // One per process: that is its purpose.
    private static final ModelCache PROCESS = new ModelCache(new PackageLoader(), PackageLoader::limit);

    private final ModelLoader loader;
    private final LongSupplier limit;
    private final Map<Key, CompletableFuture<Model>> models = new LinkedHashMap<>(16, 0.75f, true);

    /** @param limit bytes of weights to hold; the newest model is held whatever its size */
    ModelCache(ModelLoader loader, LongSupplier limit) {
        this.loader = loader;
        this.limit = limit;
    }

    /** The cache of this executor or driver. */
    public static ModelCache process() {
        return PROCESS;
    }

    /**
     * The model of a package, loaded when it is not here yet.
     *
     * @param location Hadoop path of the package
     * @param digest sha256 of its manifest, in hex
     * @param kernels provider to compute with: {@code auto} or a name
     * @throws dev.athanor.engine.AthanorException when the package is missing or damaged, naming the file
     */
    public Model get(String location, String digest, String kernels) {
        return get(digest, kernels, () -> loader.load(location, digest, kernels));
    }

    /**
     * The model of a digest, loaded by {@code load} when it is not here yet: for models that come from elsewhere than a
     * package.
     */
    public Model get(String digest, String kernels, Supplier<Model> load) {
        Key key = new Key(digest, kernels);
        CompletableFuture<Model> mine = new CompletableFuture<>();
        CompletableFuture<Model> known;
        synchronized (models) {
            known = models.putIfAbsent(key, mine);
        }
        if (known != null) {
            return join(known);
        }
        try {
            Model model = load.get();
            mine.complete(model);
            evict(key);
            return model;
        } catch (RuntimeException | Error e) {
            synchronized (models) {
                models.remove(key);
            }
            mine.completeExceptionally(e);
            throw e;
        }
    }

    /** Bytes of weights held. */
    public long bytes() {
        synchronized (models) {
            return models.values().stream().mapToLong(ModelCache::bytes).sum();
        }
    }

    private void evict(Key newest) {
        long most = limit.getAsLong();
        synchronized (models) {
            long held = bytes();
            List<Key> oldestFirst = new ArrayList<>(models.keySet());
            for (Key key : oldestFirst) {
                if (held <= most) {
                    break;
                }
                CompletableFuture<Model> model = models.get(key);
                if (!key.equals(newest) && model.isDone()) {
                    held -= bytes(model);
                    models.remove(key);
                    LOG.info("Forgot model {}: weights over {} bytes", key.digest(), most);
                }
            }
        }
    }

    private static long bytes(CompletableFuture<Model> model) {
        return model.isDone() && !model.isCompletedExceptionally()
                ? model.join().weightBytes()
                : 0;
    }

    private static Model join(CompletableFuture<Model> model) {
        try {
            return model.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            } else if (e.getCause() instanceof Error cause) {
                throw cause;
            }
            throw e;
        }
    }

    private record Key(String digest, String kernels) {}
}
