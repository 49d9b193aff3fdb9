package dev.athanor.engine.kernels.onednn;

import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;

/** Objects of the library that are destroyed once their owner is unreachable. */
final class NativeObjects implements Runnable {
    private static final Cleaner CLEANER = Cleaner.create();

    private final List<dnnl_memory> memories = new ArrayList<>();
    private final List<dnnl_stream> streams = new ArrayList<>();

    synchronized void add(dnnl_memory memory) {
        memories.add(memory);
    }

    synchronized void add(dnnl_stream stream) {
        streams.add(stream);
    }

    void freeWith(Object owner) {
        CLEANER.register(owner, this);
    }

    @Override
    public synchronized void run() {
        memories.forEach(dnnl::dnnl_memory_destroy);
        streams.forEach(dnnl::dnnl_stream_destroy);
    }
}
