package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.language.LanguageNetwork;
import dev.athanor.engine.language.LanguageSpec;
import dev.athanor.engine.language.TextScore;
import dev.athanor.engine.language.TextSpool;
import dev.athanor.engine.language.TokenWindows;
import dev.athanor.engine.nn.NetworkSize;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.FeatureColumn;
import dev.athanor.engine.table.RowBatch;
import dev.athanor.engine.table.RowSource;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.tokenizer.BpeTrainer;
import dev.athanor.engine.tokenizer.CharacterTokens;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/**
 * From texts to a language model: keeps the texts on local disk, takes its tokens from those that it learns from, makes
 * windows of both parts, trains, and measures on the part kept aside.
 *
 * <p>What is kept aside is the end of the text where there is one text, or are fewer than {@value #FEW_TEXTS}; else whole
 * texts, drawn by the seed. Memory holds the distinct words of the texts while byte pairs are learnt, and then windows up to
 * the options' bound; the others lie on local disk.
 *
 * <pre>{@code
 * TrainedLanguageModel model = LanguageTrainer.train(rows, column, options, kernels, null, listener);
 * model.write(new LocalPackageFiles(directory), lineage);
 * }</pre>
 */
public final class LanguageTrainer {
    /** The special token that ends a text. */
    public static final String END = "<|endoftext|>";

    static final int BYTES_PER_TOKEN = 512;
    static final int FEW_TEXTS = 20;
    private static final int FEWEST_TOKENS = 512;
    private static final int MOST_TOKENS = 16_384;
    private static final int STEPS = 1000;
    private static final int MOST_EPOCHS = 10;
    /** Windows of a batch for each thread, as {@link Learner} shares them. */
    private static final int WINDOWS_PER_THREAD = 8;

    private final LanguageOptions options;
    private final TrainListener listener;
    private final TextSpool spool;
    private RowSplit split;
    private long cut;
    private long nulls;

    private LanguageTrainer(LanguageOptions options, TrainListener listener, TextSpool spool) {
        this.options = options;
        this.listener = listener;
        this.spool = spool;
    }

    /** Windows of both parts, and what they were made of. */
    private record Windows(TokenWindows train, TokenWindows validation) {}

    /**
     * Trains on the calling thread and as many others as the options say.
     *
     * @param rows of one column of texts, in the same order on each call, if the run is to replay or resume bit for bit
     * @param batch for these rows
     * @param checkpoints where to resume from and save to, or null
     * @throws AthanorException if there is too little text, memory or disk, or the loss is not finite
     * @throws CancellationException if the listener asked for it
     */
    public static TrainedLanguageModel train(
            RowSource rows,
            RowBatch batch,
            LanguageOptions options,
            Kernels kernels,
            CheckpointStore checkpoints,
            TrainListener listener)
            throws IOException {
        try (TextSpool spool = TextSpool.in(options.training().spillDirectory())) {
            LanguageTrainer trainer = new LanguageTrainer(options, listener, spool);
            trainer.read(rows, batch);
            return trainer.train(kernels, checkpoints);
        }
    }

    private void read(RowSource rows, RowBatch batch) throws IOException {
        while (rows.next(batch)) {
            requireWanted();
            FeatureColumn.Bytes texts = batch.bytes(0);
            for (int r = 0; r < batch.rows(); r++) {
                if (texts.isNull(r)) {
                    nulls++;
                    continue;
                }
                spool.append(texts.data(), texts.start(r), texts.end(r));
                if (options.lines()) {
                    spool.append(new byte[] {'\n'}, 0, 1);
                } else {
                    spool.end();
                }
            }
        }
        spool.finish();
        double share = options.training().validation();
        boolean whole = spool.texts() >= FEW_TEXTS;
        split = whole ? RowSplit.of(spool.texts(), share, options.training().seed()) : null;
        cut = whole ? Long.MAX_VALUE : Math.round(spool.bytes() * (1 - share));
    }

    private boolean keptAside(long text, long at) {
        return split == null ? at >= cut : split.isValidation(text);
    }

    private TrainedLanguageModel train(Kernels kernels, CheckpointStore checkpoints) throws IOException {
        BpeTrainer.Trained tokens = tokenizer();
        LanguageSpec spec = new LanguageSpec(
                options.layers(),
                options.width(),
                options.heads(),
                options.context(),
                tokens.tokenizer().vocabulary().size(),
                tokens.tokenizer().vocabulary().id(END),
                sha256(tokens.json()));
        TrainOptions training = options.training();
        long validationBytes = (long) (training.memoryBytes() * training.validation());
        try (ExampleStore train = store(spec, training.memoryBytes() - validationBytes);
                ExampleStore validation = store(spec, validationBytes)) {
            Windows windows = fill(spec, tokens, train, validation);
            FitOptions fit = fit(train.rows());
            boolean checkpointed = checkpointed(spec, fit);
            LanguageNetwork network = LanguageNetwork.create(spec, checkpointed, training.seed());
            FitResult result = Trainer.fit(network, train, validation, fit, kernels, listener, checkpoints);
            double loss = result.history().get(result.bestEpoch() - 1).validationLoss();
            TokenWindows aside = windows.validation();
            TextScore score =
                    new TextScore(loss * aside.predicted(), aside.predicted(), aside.characters(), aside.bytes());
            return new TrainedLanguageModel(
                    network,
                    tokens.json(),
                    result,
                    score,
                    spool.texts(),
                    nulls,
                    notes(spec, windows, checkpointed),
                    spool.bytes() + train.spilledBytes() + validation.spilledBytes());
        }
    }

    private ExampleStore store(LanguageSpec spec, long bytes) {
        return new ExampleStore(
                LanguageNetwork.layout(spec), bytes, options.training().spillDirectory());
    }

    private BpeTrainer.Trained tokenizer() {
        if (options.characters()) {
            CharacterTokens characters = new CharacterTokens();
            read(characters::add);
            return characters.train(List.of(END));
        }
        int wanted = options.vocabulary() > 0
                ? options.vocabulary()
                : (int) Math.max(FEWEST_TOKENS, Math.min(MOST_TOKENS, spool.bytes() / BYTES_PER_TOKEN));
        return BpeTrainer.train((BpeTrainer.Texts) this::read, wanted, List.of(END));
    }

    /** The pieces to learn from. */
    private void read(Consumer<String> to) {
        spool.read(cut, (text, piece, at, last) -> {
            requireWanted();
            if (!keptAside(text, at)) {
                to.accept(piece);
            }
        });
    }

    private Windows fill(LanguageSpec spec, BpeTrainer.Trained tokens, ExampleStore train, ExampleStore validation) {
        Windows windows = new Windows(windows(spec, tokens, train), windows(spec, tokens, validation));
        spool.read(cut, (text, piece, at, last) -> {
            requireWanted();
            (keptAside(text, at) ? windows.validation() : windows.train()).add(piece, last);
        });
        windows.train().finish();
        windows.validation().finish();
        train.finish();
        validation.finish();
        if (train.rows() == 0 || validation.rows() == 0) {
            throw new AthanorException(
                    "Cannot train network gpt",
                    String.format(
                            Locale.ROOT,
                            "there is too little text: %,d tokens to learn from and %,d to measure on",
                            windows.train().predicted(),
                            windows.validation().predicted()),
                    "Give it more text; a few hundred thousand characters are little");
        }
        return windows;
    }

    private static TokenWindows windows(LanguageSpec spec, BpeTrainer.Trained tokens, ExampleStore store) {
        EncodedBatch batch = new EncodedBatch(store.layout(), 1);
        return new TokenWindows(tokens.tokenizer(), spec.end(), spec.context(), (ids, size) -> {
            batch.clear();
            batch.setRows(1);
            LanguageNetwork.add(batch, 0, ids, size);
            store.append(batch);
        });
    }

    private FitOptions fit(long windows) {
        TrainOptions training = options.training();
        int batch = training.batchSize() > 0 ? training.batchSize() : 32;
        long stepsPerEpoch = Math.max(1, (windows + batch - 1) / batch);
        int epochs = (int) Math.max(1, Math.min(MOST_EPOCHS, (STEPS + stepsPerEpoch - 1) / stepsPerEpoch));
        TrainDefaults defaults =
                new TrainDefaults(epochs, batch, 1e-3, 0.1, 1e-2, 0, 1, Math.max(2, epochs / 4), false);
        FitOptions fit = FitOptions.of(defaults, training, Task.GENERATION, windows, 1);
        int threads = Math.min(training.threads(), fit.recipe().batchSize() / WINDOWS_PER_THREAD);
        return fit.withThreads(Math.max(1, threads));
    }

    /** Whether blocks are computed again, as there is no memory to keep what they computed: results do not change by it. */
    private static boolean checkpointed(LanguageSpec spec, FitOptions fit) {
        long available = TrainingMemory.available();
        if (memory(spec, fit, false).fits(available)) {
            return false;
        }
        memory(spec, fit, true).require(available, fit.expectedRows(), null);
        return true;
    }

    private static TrainingMemory memory(LanguageSpec spec, FitOptions fit, boolean checkpointed) {
        NetworkSize size = LanguageNetwork.size(
                spec, checkpointed, fit.threads(), fit.recipe().batchSize());
        return TrainingMemory.of(size, LanguageNetwork.layout(spec), fit);
    }

    private List<String> notes(LanguageSpec spec, Windows windows, boolean checkpointed) {
        List<String> notes = new ArrayList<>();
        notes.add(String.format(
                Locale.ROOT,
                "%,d tokens (%s) for %,d characters to learn from and %,d to measure on",
                windows.train().predicted() + windows.validation().predicted(),
                options.characters()
                        ? spec.vocabulary() + " characters"
                        : "byte pairs, a vocabulary of " + spec.vocabulary(),
                windows.train().characters(),
                windows.validation().characters()));
        notes.add(
                split == null
                        ? "the end of the text was kept aside to measure on"
                        : "whole texts, drawn by the seed, were kept aside to measure on");
        if (!options.characters() && options.vocabulary() > spec.vocabulary()) {
            notes.add("the text has no more byte pairs than make a vocabulary of " + spec.vocabulary());
        }
        if (nulls > 0) {
            notes.add(nulls + (nulls == 1 ? " row" : " rows") + " without a text left out");
        }
        if (checkpointed) {
            notes.add("what each block computes was computed twice, as the heap is too small to keep it");
        }
        return notes;
    }

    private void requireWanted() {
        if (listener.cancelled()) {
            throw new CancellationException("Training was cancelled before its first step");
        }
    }

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
