package dev.athanor.engine.nn;

import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.tensor.Arena;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs a prepared network over batches, one thread. Owns its arena; close it.
 *
 * <p>A batch is run in chunks of rows whose activations fit the cache, and buffers are reused as soon as their last
 * reader has run, so memory does not grow with depth, and hardly with the batch. Running batches that come in the same
 * {@link EncodedBatch} object allocates nothing.
 */
public final class ForwardPass implements RowPass {
    private static final int CACHE_FLOATS = 192 * 1024;

    private final NetworkSpec spec;
    private final InferencePlan plan;
    private final Kernels kernels;
    private final int capacity;
    private final int chunkRows;
    private final Arena arena = new Arena();
    private final Tensor output;
    private final Tensor[][] in;
    private final Tensor[] out;
    private final Chunk chunk = new Chunk();
    private final List<Tensor> resizable = new ArrayList<>();
    private Tensor[] outputChunks;
    private EncodedBatch boundBatch;
    private Tensor[][] denseChunks;
    private Tensor[][] imageChunks;
    private Tensor[][] offsetChunks;

    ForwardPass(NetworkSpec spec, InferencePlan plan, Kernels kernels, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("Cannot run batches of " + capacity + " rows: at least 1 is needed");
        }
        this.spec = spec;
        this.plan = plan;
        this.kernels = kernels;
        this.capacity = capacity;
        this.chunkRows = chunkRows(plan, capacity);
        this.output = arena.allocate(DType.FLOAT32, capacity, spec.outputs());
        this.in = new Tensor[plan.stages().size()][];
        this.out = new Tensor[plan.stages().size()];
        allocate();
    }

    private static int chunkRows(InferencePlan plan, int capacity) {
        int widest = 1;
        for (InferencePlan.Stage stage : plan.stages()) {
            int floats = stage.output().width();
            for (InferencePlan.Slot input : stage.inputs()) {
                floats += input.width();
            }
            widest = Math.max(widest, floats);
        }
        return Math.max(1, Math.min(capacity, Math.max(8, CACHE_FLOATS / widest)));
    }

    /** Gives every stage's result memory, reusing what no later stage reads. */
    private void allocate() {
        List<InferencePlan.Stage> stages = plan.stages();
        int[] lastRead = new int[plan.buffers()];
        for (int s = 0; s < stages.size(); s++) {
            for (InferencePlan.Slot input : stages.get(s).inputs()) {
                lastRead[input.buffer()] = s;
            }
        }
        Tensor[] memory = new Tensor[plan.buffers()];
        List<Tensor> free = new ArrayList<>();
        int winners = 0;
        for (int s = 0; s < stages.size(); s++) {
            InferencePlan.Stage stage = stages.get(s);
            if (stage.winners()) {
                winners = Math.max(winners, stage.output().width());
            }
            in[s] = new Tensor[stage.inputs().size()];
            for (int i = 0; i < in[s].length; i++) {
                InferencePlan.Slot slot = stage.inputs().get(i);
                if (memory[slot.buffer()] != null) {
                    in[s][i] = view(memory[slot.buffer()], slot);
                }
            }
            if (stage.output().buffer() != plan.result().buffer()) {
                Tensor buffer = take(free, chunkRows * stage.output().width());
                memory[stage.output().buffer()] = buffer;
                out[s] = view(buffer, stage.output());
            }
            for (InferencePlan.Slot input : stage.inputs()) {
                Tensor buffer = memory[input.buffer()];
                if (buffer != null && lastRead[input.buffer()] == s && !free.contains(buffer)) {
                    free.add(buffer);
                }
            }
        }
        if (winners > 0) {
            chunk.winners = arena.allocate(DType.INT32, chunkRows, winners);
        }
        outputChunks = chunksOf(output, spec.outputs());
    }

    private Tensor take(List<Tensor> free, int floats) {
        Tensor best = null;
        for (Tensor buffer : free) {
            if (buffer.size() >= floats && (best == null || buffer.size() < best.size())) {
                best = buffer;
            }
        }
        if (best != null) {
            free.remove(best);
            return best;
        }
        return arena.allocate(DType.FLOAT32, floats);
    }

    private Tensor view(Tensor buffer, InferencePlan.Slot slot) {
        Tensor tensor = Tensor.of(buffer.floats(), buffer.offset(), batched(chunkRows, slot.rowShape()));
        resizable.add(tensor);
        return tensor;
    }

    private static int[] batched(int rows, List<Integer> rowShape) {
        int[] shape = new int[rowShape.size() + 1];
        shape[0] = rows;
        for (int i = 0; i < rowShape.size(); i++) {
            shape[i + 1] = rowShape.get(i);
        }
        return shape;
    }

    /** Views of consecutive chunks of a contiguous tensor, the last one shorter where it must be. */
    private Tensor[] chunksOf(Tensor tensor, int... rowShape) {
        int width = Arrays.stream(rowShape).reduce(1, Math::multiplyExact);
        int rows = tensor.dim(0);
        Tensor[] chunks = new Tensor[(rows + chunkRows - 1) / chunkRows];
        for (int c = 0; c < chunks.length; c++) {
            int from = c * chunkRows;
            int[] shape = new int[rowShape.length + 1];
            shape[0] = Math.min(chunkRows, rows - from);
            System.arraycopy(rowShape, 0, shape, 1, rowShape.length);
            chunks[c] = Tensor.of(tensor.floats(), tensor.offset() + from * width, shape);
        }
        return chunks;
    }

    /** Rows it takes at once. */
    public int capacity() {
        return capacity;
    }

    /** Bytes of arena held. */
    @Override
    public long arenaBytes() {
        return arena.bytes();
    }

    /**
     * Computes a batch.
     *
     * @param batch of the network's layout, at most {@link #capacity()} rows
     * @return (B,outputs): logits, or standardised numbers; valid until the next run
     */
    @Override
    public Tensor run(EncodedBatch batch) {
        int rows = batch.rows();
        if (rows > capacity) {
            throw new IllegalArgumentException(
                    "Cannot run " + rows + " rows: the pass was made for at most " + capacity);
        }
        bind(batch);
        for (int c = 0; c * chunkRows < rows; c++) {
            runChunk(c, Math.min(chunkRows, rows - c * chunkRows));
        }
        output.setRows(rows);
        return output;
    }

    private void runChunk(int index, int rows) {
        chunk.index = index;
        for (int i = 0; i < resizable.size(); i++) {
            resizable.get(i).setRows(rows);
        }
        List<InferencePlan.Stage> stages = plan.stages();
        for (int s = 0; s < stages.size(); s++) {
            InferencePlan.Stage stage = stages.get(s);
            for (int i = 0; i < in[s].length; i++) {
                int buffer = stage.inputs().get(i).buffer();
                if (buffer == InferencePlan.DENSE) {
                    in[s][i] = denseChunks[0][index];
                } else if (buffer == InferencePlan.IMAGE) {
                    boolean flat = stage.inputs().get(i).rowShape().size() == 1;
                    in[s][i] = imageChunks[flat ? 1 : 0][index];
                }
                in[s][i].setRows(rows);
            }
            Tensor result = out[s] == null ? outputChunks[index] : out[s];
            result.setRows(rows);
            stage.action().run(kernels, in[s], result, chunk);
        }
    }

    private void bind(EncodedBatch batch) {
        if (batch == boundBatch) {
            return;
        }
        if (!batch.layout().equals(spec.inputs())) {
            throw new IllegalArgumentException(
                    "Cannot run batch: its layout is " + batch.layout() + ", the network reads " + spec.inputs());
        }
        int rows = batch.rows();
        batch.setRows(batch.capacity());
        if (batch.dense() != null) {
            denseChunks = new Tensor[][] {chunksOf(batch.dense(), spec.inputs().denseWidth())};
        }
        if (batch.image() != null) {
            var s = spec.inputs().image();
            imageChunks = new Tensor[][] {
                chunksOf(batch.image(), s.height(), s.width(), s.channels()), chunksOf(batch.image(), s.size())
            };
        }
        batch.setRows(rows);
        int chunks = (batch.capacity() + chunkRows - 1) / chunkRows;
        offsetChunks = new Tensor[spec.inputs().bags().size()][chunks];
        for (int b = 0; b < offsetChunks.length; b++) {
            Tensor offsets = batch.bag(b).offsets();
            for (int c = 0; c < chunks; c++) {
                offsetChunks[b][c] = offsets.slice(0, c * chunkRows, offsets.size());
            }
        }
        boundBatch = batch;
        chunk.batch = batch;
    }

    @Override
    public void close() {
        arena.close();
    }

    /** What a stage reads besides its inputs. */
    final class Chunk {
        private EncodedBatch batch;
        private Tensor winners;
        private int index;

        EncodedBatch.Bag bag(int i) {
            return batch.bag(i);
        }

        Tensor offsets(int bag) {
            return offsetChunks[bag][index];
        }

        Tensor winners() {
            return winners;
        }
    }
}
