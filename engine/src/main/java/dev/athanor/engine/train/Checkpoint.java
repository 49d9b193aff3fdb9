package dev.athanor.engine.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run between two epochs: weights, moments, best weights, and where it stands.
 *
 * <p>Format: magic, length and UTF-8 JSON of {@link State}, then the tensors in the order of {@code State.tensors},
 * big-endian, then the magic again, so that a truncated file shows.
 */
final class Checkpoint {
    private static final long MAGIC = 0x415448_434b5054_31L;
    private static final int HEADER_LIMIT = 64 << 20;
    private static final int CHUNK = 1 << 16;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Checkpoint() {}

    /**
     * Where a run stands.
     *
     * @param spec of the network, as JSON
     * @param options it is trained with: a run resumed with others would not be the same run; only the number of threads
     *     may differ, as it does on another machine
     * @param epoch the last finished
     * @param steps taken
     * @param finished whether nothing is left to do
     * @param history every finished epoch
     * @param tensors name and size of each tensor that follows
     */
    record State(
            String spec,
            FitOptions options,
            int epoch,
            long steps,
            boolean finished,
            List<EpochMetrics> history,
            Map<String, Integer> tensors) {}

    /** What {@link State} says of a network. */
    static String spec(Trainable network) {
        try {
            return JSON.writeValueAsString(network.spec());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Every specification can be written", e);
        }
    }

    static void write(OutputStream to, State state, Map<String, Tensor> tensors) throws IOException {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> sizes.put(name, tensor.size()));
        State complete = new State(
                state.spec(), state.options(), state.epoch(), state.steps(), state.finished(), state.history(), sizes);
        byte[] header = JSON.writeValueAsBytes(complete);
        DataOutputStream out = new DataOutputStream(to);
        out.writeLong(MAGIC);
        out.writeInt(header.length);
        out.write(header);
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        for (Tensor tensor : tensors.values()) {
            for (int at = 0; at < tensor.size(); at += CHUNK / 4) {
                int n = Math.min(CHUNK / 4, tensor.size() - at);
                chunk.clear().asFloatBuffer().put(tensor.floats(), tensor.offset() + at, n);
                out.write(chunk.array(), 0, n * 4);
            }
        }
        out.writeLong(MAGIC);
        out.flush();
    }

    /**
     * Reads a checkpoint into {@code tensors}.
     *
     * @throws AthanorException if it is damaged, or of another network or other options
     */
    static State read(InputStream from, Trainable network, FitOptions options, Map<String, Tensor> tensors)
            throws IOException {
        DataInputStream in = new DataInputStream(new BufferedInputStream(from, CHUNK));
        check(in.readLong() == MAGIC, "it does not begin as a checkpoint does");
        int length = in.readInt();
        check(length > 0 && length <= HEADER_LIMIT, "its header claims " + length + " bytes");
        byte[] header = in.readNBytes(length);
        check(header.length == length, "it ends within its header");
        State state = JSON.readValue(header, State.class);
        if (!state.spec().equals(spec(network))
                || !state.options().withThreads(options.threads()).equals(options)) {
            throw new AthanorException(
                    "Cannot resume training",
                    "the checkpoint is of a run with other columns, rows, network or options",
                    "Resume with the table and the options of the first attempt, or choose another run id");
        }
        byte[] chunk = new byte[CHUNK];
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            Integer size = state.tensors().get(entry.getKey());
            check(size != null && size == tensor.size(), "tensor " + entry.getKey() + " has " + size + " values");
            for (int at = 0; at < tensor.size(); at += CHUNK / 4) {
                int n = Math.min(CHUNK / 4, tensor.size() - at);
                in.readFully(chunk, 0, n * 4);
                ByteBuffer.wrap(chunk, 0, n * 4).asFloatBuffer().get(tensor.floats(), tensor.offset() + at, n);
            }
        }
        check(in.readLong() == MAGIC, "it does not end as a checkpoint does");
        check(
                Arrays.equals(
                        state.tensors().keySet().toArray(), tensors.keySet().toArray()),
                "its tensors are in another order");
        return state;
    }

    private static void check(boolean good, String reason) {
        if (!good) {
            throw new AthanorException(
                    "Cannot resume training",
                    "the checkpoint is damaged: " + reason,
                    "Delete the checkpoint to train from the start");
        }
    }
}
