package dev.athanor.engine.model;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.onnx.OnnxModel;
import dev.athanor.engine.onnx.OnnxPort;
import dev.athanor.engine.onnx.OnnxProgram;
import dev.athanor.engine.onnx.OnnxType;
import dev.athanor.engine.onnx.OnnxValue;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.Pooling;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerPass;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** Turns texts into vectors with a graph that reads tokens: tokenizes, pads, runs it, and pools what it leaves open. */
final class OnnxTexts implements Predictor {
    static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";
    private static final String POSITIONS = "position_ids";

    private final OnnxProgram program;
    private final OnnxSettings settings;
    private final Tokenizer tokenizer;
    private final EmbeddingSettings embedding;
    private final int capacity;
    private final Tokens tokens = new Tokens();
    private final TokenBatch batch = new TokenBatch();
    private final Tensor vectors;
    private final boolean[] truncated;
    private final String[] errors;
    private final Results results = new Results();
    private long nanos;
    private long read;

    OnnxTexts(
            OnnxProgram program,
            OnnxSettings settings,
            Tokenizer tokenizer,
            EmbeddingSettings embedding,
            int capacity) {
        this.program = program;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.embedding = embedding;
        this.capacity = capacity;
        this.vectors = Tensor.zeros(DType.FLOAT32, capacity, settings.width());
        this.truncated = new boolean[capacity];
        this.errors = new String[capacity];
    }

    /** Refuses inputs that no tokenizer fills. */
    static void check(OnnxModel model) {
        for (OnnxPort input : model.inputs()) {
            boolean known = input.name().equals(IDS)
                    || input.name().equals(MASK)
                    || input.name().equals(TYPES)
                    || input.name().equals(POSITIONS);
            if (!known || !(input.typeName().equals("INT64") || input.typeName().equals("INT32"))) {
                throw new AthanorException(
                        "Cannot use the ONNX model " + model.location(),
                        "its input is " + input,
                        "Export it with the inputs " + IDS + ", " + MASK + " and " + TYPES + " of int64");
            }
        }
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public Predictions predict(RowBatch rows) {
        long start = System.nanoTime();
        if (rows.rows() > capacity) {
            throw new IllegalArgumentException(
                    "Cannot embed " + rows.rows() + " rows: the predictor was made for at most " + capacity);
        }
        FeatureColumn.Bytes texts = rows.bytes(0);
        vectors.setRows(rows.rows());
        Arrays.fill(truncated, false);
        Arrays.fill(errors, null);
        batch.clear();
        int first = 0; // row of the first sequence waiting in the batch
        for (int row = 0; row < rows.rows(); row++) {
            if (texts.isNull(row)) {
                run(first);
                first = row + 1;
                errors[row] = "the text is null";
                Arrays.fill(vectors.floats(), row * settings.width(), (row + 1) * settings.width(), 0f);
                continue;
            }
            truncated[row] = tokenizer.encode(text(texts, row), null, embedding.maxTokens(), tokens);
            int padded = Math.max(batch.longest(), tokens.size()) * (batch.sequences() + 1);
            if (batch.tokens() > 0 && padded > TransformerPass.GOOD_TOKENS) {
                run(first);
                first = row;
            }
            batch.add(tokens);
            read += tokens.size();
        }
        run(first);
        nanos += System.nanoTime() - start;
        return results;
    }

    private String text(FeatureColumn.Bytes texts, int row) {
        String text =
                new String(texts.data(), texts.start(row), texts.end(row) - texts.start(row), StandardCharsets.UTF_8);
        return embedding.lowerCase() ? text.toLowerCase(Locale.ROOT) : text;
    }

    /** Embeds the waiting sequences, the first of which is row {@code first}, and the others follow it. */
    private void run(int first) {
        int rows = batch.sequences();
        if (rows == 0) {
            return;
        }
        int longest = batch.longest();
        OnnxValue[] given = program.model().inputs().stream()
                .map(input -> input(input, rows, longest))
                .toArray(OnnxValue[]::new);
        OnnxValue output = program.run(given)[0];
        int width = settings.width();
        Tensor to = vectors.slice(0, first, first + rows);
        boolean pooled = output.rank() == 2 && output.dim(0) == rows && output.dim(1) == width;
        boolean hidden =
                output.rank() == 3 && output.dim(0) == rows && output.dim(1) == longest && output.dim(2) == width;
        if (pooled) {
            // one vector a sequence already: what is left of pooling is its scale
            batch.clear();
            for (int row = 0; row < rows; row++) {
                batch.add(new int[1], 0, 1);
            }
            Pooling.CLS.apply(Tensor.of(output.floats(), rows, width), batch, to, embedding.normalize());
        } else if (hidden) {
            embedding.pooling().apply(packed(output, longest), batch, to, embedding.normalize());
        } else {
            throw new AthanorException(
                    "Cannot embed with the ONNX model " + program.model().location(),
                    "its output is " + output + " for " + rows + " texts of up to " + longest + " tokens",
                    "Export it with the hidden states of tokens, or a vector a text, as its output");
        }
        batch.clear();
        for (int row = first; row < first + rows; row++) {
            for (int i = row * width; i < (row + 1) * width; i++) {
                if (!Float.isFinite(vectors.floats()[i])) {
                    errors[row] = "the network computed a value that is not finite";
                }
            }
        }
    }

    /** The hidden states of the tokens, back to back. */
    private Tensor packed(OnnxValue output, int longest) {
        int width = settings.width();
        float[] packed = new float[batch.tokens() * width];
        for (int b = 0; b < batch.sequences(); b++) {
            int from = batch.start(b);
            int count = batch.start(b + 1) - from;
            System.arraycopy(output.floats(), b * longest * width, packed, from * width, count * width);
        }
        return Tensor.of(packed, batch.tokens(), width);
    }

    private OnnxValue input(OnnxPort port, int rows, int longest) {
        long[] values = new long[rows * longest];
        for (int b = 0; b < rows; b++) {
            for (int t = batch.start(b); t < batch.start(b + 1); t++) {
                int at = b * longest + t - batch.start(b);
                values[at] = switch (port.name()) {
                    case IDS -> batch.id(t);
                    case TYPES -> batch.type(t);
                    case POSITIONS -> t - batch.start(b);
                    default -> 1;
                };
            }
        }
        return OnnxValue.of(OnnxType.valueOf(port.typeName()), values, rows, longest);
    }

    @Override
    public long tokens() {
        return read;
    }

    @Override
    public long arenaBytes() {
        return (long) capacity * settings.width() * Float.BYTES;
    }

    @Override
    public long engineNanos() {
        return nanos;
    }

    @Override
    public void close() {
        // what it holds is garbage with it
    }

    private final class Results implements Predictions {
        @Override
        public int rows() {
            return vectors.dim(0);
        }

        @Override
        public String error(int row) {
            return errors[row];
        }

        @Override
        public Tensor embeddings() {
            return vectors;
        }

        @Override
        public boolean isTruncated(int row) {
            return truncated[row];
        }
    }
}
