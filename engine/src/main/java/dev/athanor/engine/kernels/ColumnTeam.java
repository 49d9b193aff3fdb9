package dev.athanor.engine.kernels;

import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Kernels whose products of one row by {@link BlockMatrix encoded weights} are computed by several threads, each some of
 * the columns: one text at a time is bound by the reading of weights, and two cores read faster than one. Everything else
 * runs on the calling thread, which must always be the same one.
 *
 * <pre>{@code
 * try (ColumnTeam kernels = new ColumnTeam(KernelRegistry.select("auto").kernels(), 2)) {
 *     PreparedTransformer model = gguf.prepare(kernels);
 * }
 * }</pre>
 */
public final class ColumnTeam extends ForwardingKernels implements AutoCloseable {
    /** Products with fewer weights are done before another thread has heard of them. */
    private static final long LEAST_WEIGHTS = 1 << 16;

    private final List<Member> members = new ArrayList<>();

    /** @param threads that compute, the calling one included */
    public ColumnTeam(Kernels others, int threads) {
        super(others);
        for (int i = 1; i < threads; i++) {
            Member member = new Member(others, "athanor-columns-" + i);
            members.add(member);
            member.start();
        }
    }

    @Override
    public String name() {
        return others().name();
    }

    @Override
    public String description() {
        return others().description() + " on " + (members.size() + 1) + " threads";
    }

    @Override
    public void matmul(Tensor a, PackedMatrix b, Tensor c, Epilogue epilogue) {
        int steps = b.columns() / BlockMatrix.STEP;
        if (a.dim(0) != 1
                || steps <= members.size()
                || (long) b.rows() * b.columns() < LEAST_WEIGHTS
                || !(b instanceof BlockMatrix blocks)) {
            others().matmul(a, b, c, epilogue);
            return;
        }
        int from = steps / (members.size() + 1) * BlockMatrix.STEP;
        int own = from;
        for (int i = 0; i < members.size(); i++) {
            int to = i == members.size() - 1 ? b.columns() : steps * (i + 2) / (members.size() + 1) * BlockMatrix.STEP;
            members.get(i).begin(a, blocks.columns(from, to), part(c, from, to), part(epilogue, from, to));
            from = to;
        }
        others().matmul(a, blocks.columns(0, own), part(c, 0, own), part(epilogue, 0, own));
        for (Member member : members) {
            member.await();
        }
    }

    private static Tensor part(Tensor row, int from, int to) {
        return row.slice(row.rank() - 1, from, to);
    }

    private static Epilogue part(Epilogue whole, int from, int to) {
        return whole.isNone()
                ? whole
                : new Epilogue(
                        whole.bias() == null ? null : part(whole.bias(), from, to),
                        whole.activation(),
                        whole.residual() == null ? null : part(whole.residual(), from, to));
    }

    @Override
    public void close() {
        members.forEach(Member::end);
    }

    /** A thread that waits for its next product: awake for a moment, as the next one mostly comes soon. */
    private static final class Member extends Thread {
        private static final long AWAKE_NANOS = 200_000;

        private final Kernels kernels;
        private Tensor a;
        private PackedMatrix b;
        private Tensor c;
        private Epilogue epilogue;
        private RuntimeException failure;
        private int begun;
        private volatile int wanted;
        private volatile int done;
        private volatile boolean asleep;
        private volatile boolean ended;

        Member(Kernels kernels, String name) {
            super(name);
            this.kernels = kernels;
            setDaemon(true);
        }

        void begin(Tensor newA, PackedMatrix newB, Tensor newC, Epilogue newEpilogue) {
            a = newA;
            b = newB;
            c = newC;
            epilogue = newEpilogue;
            begun++;
            wanted = begun;
            if (asleep) {
                LockSupport.unpark(this);
            }
        }

        void await() {
            while (done != begun) {
                Thread.onSpinWait();
            }
            if (failure != null) {
                RuntimeException thrown = failure;
                failure = null;
                throw thrown;
            }
        }

        void end() {
            ended = true;
            LockSupport.unpark(this);
        }

        @Override
        public void run() {
            int last = 0;
            while (true) {
                last = next(last);
                if (ended) {
                    return;
                }
                try {
                    kernels.matmul(a, b, c, epilogue);
                } catch (RuntimeException e) {
                    failure = e;
                }
                done = last;
            }
        }

        /** Waits until another product is wanted than the last. */
        private int next(int last) {
            long until = System.nanoTime() + AWAKE_NANOS;
            while (wanted == last && !ended) {
                if (System.nanoTime() < until) {
                    Thread.onSpinWait();
                } else {
                    asleep = true;
                    if (wanted == last && !ended) {
                        LockSupport.park(this);
                    }
                    asleep = false;
                }
            }
            return wanted;
        }
    }
}
