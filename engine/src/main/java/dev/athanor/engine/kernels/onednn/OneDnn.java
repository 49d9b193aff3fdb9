package dev.athanor.engine.kernels.onednn;

import java.io.File;
import java.lang.reflect.Method;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;

/** The library, opened once: its engine, what the processor can do, and one thread per caller. */
final class OneDnn {
    /** Bits of {@code dnnl_cpu_isa_t}: products of bytes in vectors of 256 bits, and of 512. */
    private static final int BYTES = 0x08 | 0x40;

    /** The bit that says: products of bfloat16. */
    private static final int HALVES = 0x80;

    private final dnnl_engine engine;
    private final Pointer setThreads;
    private final Method call;
    private final int isa;

    /** What the library could not do. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failure(String message) {
            super(message);
        }
    }

    private OneDnn(dnnl_engine engine, Pointer setThreads, Method call, int isa) {
        this.engine = engine;
        this.setThreads = setThreads;
        this.call = call;
        this.isa = isa;
    }

    /** Loads the library. */
    static OneDnn open() {
        String library = Loader.load(dnnl.class);
        int isa = dnnl.dnnl_get_effective_cpu_isa();
        if ((isa & BYTES) == 0) {
            throw new Failure("this processor has no products of 8 bits (VNNI); oneDNN would be slower than fp32");
        }
        dnnl_engine engine = new dnnl_engine();
        check("make an engine", dnnl.dnnl_engine_create(engine, dnnl.dnnl_cpu, 0));
        boolean single = "1".equals(System.getenv("OMP_NUM_THREADS"));
        OneDnn opened = single ? new OneDnn(engine, null, null, isa) : pinned(engine, library, isa);
        opened.pin();
        return opened;
    }

    /**
     * Finds OpenMP's {@code omp_set_num_threads}, which no class of JavaCPP offers: its way to call a deallocator, a
     * native function of one word, calls it.
     */
    private static OneDnn pinned(dnnl_engine engine, String library, int isa) {
        File openMp = new File(new File(library).getParentFile(), "libgomp.so.1");
        try {
            Loader.loadGlobal(openMp.getPath());
            Pointer function = Loader.addressof("omp_set_num_threads");
            Method init = Pointer.class.getDeclaredMethod("init", long.class, long.class, long.class, long.class);
            init.setAccessible(true);
            if (function != null && !function.isNull()) {
                return new OneDnn(engine, function, init, isa);
            }
        } catch (ReflectiveOperationException | RuntimeException | UnsatisfiedLinkError e) {
            throw new Failure("its threads cannot be limited to one per task (" + e
                    + "); start the process with OMP_NUM_THREADS=1");
        }
        throw new Failure("its threads cannot be limited to one per task; start the process with OMP_NUM_THREADS=1");
    }

    /** Keeps the calling thread's products on the calling thread; once per thread. */
    void pin() {
        if (setThreads == null) {
            return;
        }
        Pointer one = new Word();
        try {
            call.invoke(one, 1L, 1L, 1L, setThreads.address());
        } catch (ReflectiveOperationException e) {
            throw new Failure("its threads cannot be limited to one per task (" + e + ")");
        }
        one.deallocate();
    }

    /** A word that is passed to a function when it is deallocated. */
    private static final class Word extends Pointer {}

    dnnl_engine engine() {
        return engine;
    }

    boolean hasBfloat16() {
        return (isa & HALVES) != 0;
    }

    static String version() {
        dnnl_version_t version = dnnl.dnnl_version();
        return version.major() + "." + version.minor();
    }

    dnnl_stream stream() {
        dnnl_stream stream = new dnnl_stream();
        check("make a stream", dnnl.dnnl_stream_create(stream, engine, dnnl.dnnl_stream_default_flags));
        return stream;
    }

    /** A matrix without gaps, or one of the library's own layout for {@code dnnl_format_tag_any}. */
    static dnnl_memory_desc matrix(int type, int tag, long rows, long columns) {
        dnnl_memory_desc desc = new dnnl_memory_desc();
        check(
                "describe a matrix",
                dnnl.dnnl_memory_desc_create_with_tag(desc, 2, new long[] {rows, columns}, type, tag));
        return desc;
    }

    dnnl_memory memory(dnnl_memory_desc desc, Pointer data) {
        dnnl_memory memory = new dnnl_memory();
        check("use memory", dnnl.dnnl_memory_create(memory, desc, engine, data));
        return memory;
    }

    static void check(String what, int status) {
        if (status != dnnl.dnnl_success) {
            throw new Failure("Cannot " + what + ": oneDNN's status is " + status);
        }
    }
}
