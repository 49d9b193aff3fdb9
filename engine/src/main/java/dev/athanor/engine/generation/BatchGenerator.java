package dev.athanor.engine.generation;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.generation.Generation.Finish;
import dev.athanor.engine.grammar.JsonGrammar;
import dev.athanor.engine.grammar.JsonGrammars;
import dev.athanor.engine.grammar.JsonSchema;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import dev.athanor.engine.tokenizer.Tokens;
import dev.athanor.engine.transformer.KeyValueCache;
import dev.athanor.engine.transformer.PreparedTransformer;
import dev.athanor.engine.transformer.TokenBatch;
import dev.athanor.engine.transformer.TransformerPass;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Continues prompts. All rows that run share one pass, which computes one token for each and the prompts of those that
 * joined (continuous batching, as Orca has it); a row whose text ends makes room for the next. What the prompts have in
 * common at their beginning is computed and kept once. One thread; close it.
 *
 * <pre>{@code
 * try (BatchGenerator generator = new BatchGenerator(model, tokenizer, settings, 64, BatchGenerator.defaultCacheBytes())) {
 *     List<Generation> texts = generator.generate(List.of("The opposite of hot is"), GenerationOptions.DEFAULTS);
 * }
 * }</pre>
 */
public final class BatchGenerator implements AutoCloseable {
    /** Most rows that run at once: each has a row of logits. */
    private static final int MOST_ROWS = 64;

    /** Tokens of one pass, about: many prompts at once would keep the other rows waiting. */
    private static final int PASS_TOKENS = 480;

    private final PreparedTransformer model;
    private final Tokenizer tokenizer;
    private final GenerationSettings settings;
    private final JsonGrammars grammars;
    private final int rows;
    private final CacheRoom room;
    private final KeyValueCache cache;
    private final TransformerPass pass;
    private final Tokens tokens = new Tokens();
    private final TokenBatch batch = new TokenBatch();
    private final List<KeyValueCache.Sequence> sequences = new ArrayList<>();
    private final List<Row> ready = new ArrayList<>();
    private final Deque<Row> waiting = new ArrayDeque<>();
    private final List<Row> running = new ArrayList<>();
    private final Tensor hidden;
    private final Tensor logits;
    private PromptTemplate template;
    private Row last;
    private GenerationOptions options;
    private Sampler sampler;

    /** What all texts are; null for anything. */
    private JsonGrammar grammar;

    private Generation[] results;

    /** As the other one, with grammars of its own. */
    public BatchGenerator(
            PreparedTransformer model, Tokenizer tokenizer, GenerationSettings settings, int rows, long cacheBytes) {
        this(model, tokenizer, settings, grammars(model, tokenizer, settings), rows, cacheBytes);
    }

    /**
     * @param grammars of the model, which generators may share
     * @param rows most rows that run at once
     * @param cacheBytes memory for keys and values
     * @throws AthanorException if the memory is too little for any text, or more than the process can have
     */
    public BatchGenerator(
            PreparedTransformer model,
            Tokenizer tokenizer,
            GenerationSettings settings,
            JsonGrammars grammars,
            int rows,
            long cacheBytes) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.settings = settings;
        this.grammars = grammars;
        this.rows = Math.min(rows, MOST_ROWS);
        this.room = CacheRoom.of(model.spec(), cacheBytes);
        this.cache = new KeyValueCache(model.spec(), room.pages());
        this.pass = model.pass();
        this.hidden = Tensor.zeros(DType.FLOAT32, this.rows, model.spec().width());
        this.logits = Tensor.zeros(DType.FLOAT32, this.rows, model.spec().vocabulary());
    }

    /** The grammars of a model, for as many generators as there are. */
    public static JsonGrammars grammars(PreparedTransformer model, Tokenizer tokenizer, GenerationSettings settings) {
        return new JsonGrammars(tokenizer, settings.ends(), model.spec().vocabulary());
    }

    /** An eighth of the heap that the process may have. */
    public static long defaultCacheBytes() {
        return Runtime.getRuntime().maxMemory() / 8;
    }

    /**
     * Continues prompts.
     *
     * @return for each prompt what follows it, or why nothing does
     * @throws AthanorException if the model cannot write in the response format
     */
    public List<Generation> generate(List<String> prompts, GenerationOptions newOptions) {
        if (options == null || !options.equals(newOptions)) {
            grammar = newOptions.responseFormat().isEmpty()
                    ? null
                    : grammars.of(JsonSchema.of(newOptions.responseFormat()));
            options = newOptions;
            sampler = new Sampler(options, model.spec().vocabulary());
        }
        results = new Generation[prompts.size()];
        try {
            List<Row> rowsHere = read(prompts);
            findTemplate(rowsHere);
            waiting.addAll(rowsHere);
            while (!waiting.isEmpty() || !running.isEmpty()) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("the thread that generates text was interrupted");
                }
                admit();
                step();
            }
            return Arrays.asList(results);
        } finally {
            running.forEach(row -> row.sequence.close());
            running.clear();
            waiting.clear();
        }
    }

    /** Prompts as tokens; those that cannot be continued have their result at once. */
    private List<Row> read(List<String> prompts) {
        List<Row> readable = new ArrayList<>();
        int longest = longest();
        for (int i = 0; i < prompts.size(); i++) {
            tokenizer.encode(prompts.get(i), null, Integer.MAX_VALUE, tokens);
            int most = Math.min(options.maxTokens(), longest - tokens.size());
            String error = null;
            if (tokens.size() == 0) {
                error = "the prompt has no tokens, and the model has none that begins a text";
            } else if (most < 1) {
                error = "the prompt has " + tokens.size() + " tokens, and the model takes " + longest
                        + " with what it generates";
            } else if (grammar != null && most < grammar.shortest()) {
                error = "the shortest value of response_format takes " + grammar.shortest()
                        + " tokens, and there is room for " + most;
            } else {
                error = room.refuses(tokens.size(), most);
            }
            if (error == null) {
                Row row = new Row(i, tokens.ids(), tokens.size(), options.seed());
                row.text = new TokenText(tokenizer, row.ids, row.length);
                row.grammar = grammar == null ? null : grammar.begin();
                readable.add(row);
            } else {
                results[i] = Generation.failed(error);
            }
        }
        return readable;
    }

    private int longest() {
        return Math.min(settings.maxTokens(), model.spec().maxTokens());
    }

    /** Tokens that a row has at most when it is done. */
    private int end(Row row) {
        return (int) Math.min((long) row.prompt + options.maxTokens(), longest());
    }

    private void findTemplate(List<Row> rowsHere) {
        List<Row> known = new ArrayList<>(rowsHere);
        if (last != null) {
            known.add(0, last);
        }
        PromptTemplate found = PromptTemplate.of(known);
        if (!rowsHere.isEmpty()) {
            last = rowsHere.get(rowsHere.size() - 1);
        }
        if (found == null || (template != null && template.covers(found))) {
            return;
        }
        dropTemplate();
        if (KeyValueCache.pages(found.ids.length) * 2 <= cache.freePages()) {
            template = found;
            template.sequence = cache.open(found.ids.length);
            for (int at = 0; at < found.ids.length; at += PASS_TOKENS) {
                batch.clear();
                batch.add(found.ids, at, Math.min(found.ids.length, at + PASS_TOKENS), at);
                pass.forward(batch, List.of(template.sequence));
            }
        }
    }

    private void dropTemplate() {
        if (template != null) {
            template.close();
            template = null;
        }
    }

    /** Lets waiting rows in while there is room for all that they may become. */
    private void admit() {
        while (!waiting.isEmpty() && running.size() < rows) {
            Row row = waiting.peek();
            int most = end(row);
            int common = template == null ? 0 : row.common(template.ids, template.ids.length);
            int pages = KeyValueCache.pages(most) - common / KeyValueCache.PAGE;
            if (pages > cache.freePages()) {
                if (!running.isEmpty()) {
                    return;
                }
                dropTemplate(); // a row that has everything to itself has the room, see CacheRoom.refuses
                common = 0;
            }
            row.sequence = cache.open(template == null ? null : template.sequence, common, most);
            running.add(waiting.remove());
        }
    }

    /** One pass: a token for each row whose prompt is done, and what fits of the other prompts. */
    private void step() {
        batch.clear();
        sequences.clear();
        ready.clear();
        for (Row row : running) {
            if (row.waiting() == 1) {
                add(row, 1);
            }
        }
        for (Row row : running) {
            int count = Math.min(row.waiting(), PASS_TOKENS - batch.tokens());
            if (row.waiting() > 1 && count > 0) {
                add(row, count);
            }
        }
        Tensor states = pass.forward(batch, sequences);
        int width = model.spec().width();
        int count = 0;
        for (int b = 0; b < ready.size(); b++) {
            if (ready.get(b).waiting() == 0) {
                int row = batch.start(b + 1) - 1;
                System.arraycopy(
                        states.floats(), states.offset() + row * width, hidden.floats(), count++ * width, width);
            }
        }
        if (count > 0) {
            hidden.setRows(count);
            logits.setRows(count);
            pass.logits(hidden, logits);
            choose();
        }
    }

    private void add(Row row, int count) {
        int from = row.sequence.length();
        batch.add(row.ids, from, from + count, from);
        sequences.add(row.sequence);
        ready.add(row);
    }

    /** Gives each row that has logits its next token, or its result. */
    private void choose() {
        int vocabulary = model.spec().vocabulary();
        int at = 0;
        for (Row row : ready) {
            if (row.waiting() == 0) {
                int left = end(row) - row.length;
                int id =
                        sampler.next(logits.floats(), at, vocabulary, row.ids, row.length, row.seed, row.grammar, left);
                at += vocabulary;
                take(row, id);
            }
        }
        for (Iterator<Row> i = running.iterator(); i.hasNext(); ) {
            Row row = i.next();
            if (results[row.index] != null) {
                row.sequence.close();
                i.remove();
            }
        }
    }

    private void take(Row row, int id) {
        if (id < 0) {
            results[row.index] = Generation.failed("the network computed a value that is not finite");
            return;
        } else if (settings.ends().contains(id)) {
            finish(row, row.grammar != null && row.grammar.hurried() ? Finish.LENGTH : Finish.END);
            return;
        }
        row.add(id);
        if (options.logProbabilities()) {
            row.logProbabilities.add(sampler.logProbability());
        }
        int before = row.text.length();
        row.text.add(id);
        if (row.grammar != null) {
            row.grammar.accept(id);
        }
        if (row.text.cut(options.stop(), before)) {
            results[row.index] = row.result(Finish.STOP);
        } else if (row.grammar != null && row.grammar.closed()) {
            finish(row, row.grammar.hurried() ? Finish.LENGTH : Finish.END);
        } else if (row.length == end(row)) {
            finish(row, Finish.LENGTH);
        }
    }

    private void finish(Row row, Finish finish) {
        int before = row.text.length();
        row.text.end();
        results[row.index] = row.result(row.text.cut(options.stop(), before) ? Finish.STOP : finish);
    }

    /** Bytes held beside the weights. */
    public long bytes() {
        return pass.bytes()
                + cache.bytes()
                + (long) Float.BYTES
                        * rows
                        * (model.spec().width() + model.spec().vocabulary());
    }

    @Override
    public void close() {
        dropTemplate();
        pass.close();
    }
}
