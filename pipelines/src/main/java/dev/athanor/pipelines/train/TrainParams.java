package dev.athanor.pipelines.train;

import dev.athanor.connectors.source.SourceSpec;
import dev.athanor.engine.AthanorException;
import dev.athanor.engine.table.NetworkChoice;
import dev.athanor.spark.job.Param;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code train} takes; exactly one of {@code input} and {@code table} is given. */
public record TrainParams(
        @Param(doc = "File, folder or glob to read; .gz and other compressed files too.") String input,
        @Param(doc = "Table or view to read.") String table,
        @Param(
                        doc =
                                "Format of the input; told from its name and content when absent. text is plain text: the lines of a file, or the files of a folder.",
                        choices = {"csv", "json", "parquet", "delta", "idx", "image", "text"})
                String format,
        @Param(
                        doc =
                                "Option of the reader: sep=;, encoding=ISO-8859-1 or mode=DROPMALFORMED for text files, versionAsOf=3 for a Delta table, labels=FILE for idx files; may be repeated.")
                Map<String, String> option,
        @Param(doc = "Names for the columns of a CSV file without a header line.") List<String> columns,
        @Param(
                        doc =
                                "Columns to learn from, a.b for a field of a struct; when absent all but the label, and of image files their content.")
                List<String> features,
        @Param(
                        doc =
                                "Column to predict: strings, booleans and few whole numbers are classes, others are regressed. Every network needs one, but for gpt.")
                String label,
        @Param(doc = "Name under which the model is registered.", required = true) String model,
        @Param(
                        doc =
                                "Kind of network; auto looks at the columns; transformer begins from an imported encoder, see --from; gpt is a language model that learns from text alone, the lines of a text file or the rows of one text column.",
                        defaultValue = "auto",
                        choices = {"auto", "linear", "mlp", "cnn", "text", "transformer", "gpt"})
                String network,
        @Param(doc = "Passes over the rows at most; early stopping may end sooner. The network's default when absent.")
                Integer epochs,
        @Param(doc = "Rows per step, at most 65536. The network's default when absent.") Integer batchSize,
        @Param(doc = "Highest learning rate of the schedule. The default of the network and the optimizer when absent.")
                Double learningRate,
        @Param(
                        doc = "What changes the weights: AdamW, or gradient descent with a momentum of 0.9.",
                        defaultValue = "adamw",
                        choices = {"adamw", "sgd"})
                String optimizer,
        @Param(
                        doc = "Share of rows kept aside for early stopping and calibration, above 0, at most 0.5.",
                        defaultValue = "0.1")
                double validation,
        @Param(
                        doc =
                                "Seed of all randomness: the same files or table version, seed and threads give the same bits on one machine.",
                        defaultValue = "42")
                long seed,
        @Param(
                        doc =
                                "Whether rare classes weigh as much as frequent ones in the loss; confidence is then that of a table in which they are as frequent.",
                        defaultValue = "none",
                        choices = {"none", "balanced"})
                String classWeights,
        @Param(
                        doc =
                                "Imported encoder that a transformer begins from: name, name@version or name@alias. Its texts are the features: one, two as the tokenizer's pair, of more the others joined by ' | ' as the second.")
                String from,
        @Param(
                        doc =
                                "Rank, from 1 to 256, of adapters (LoRA) that are trained beside the products of the transformer's blocks, whose own weights stay; all weights are trained when absent.")
                Integer lora,
        @Param(doc = "Blocks of a language model, from 1 to 96; 4 when absent.") Integer layers,
        @Param(
                        doc =
                                "Numbers per token between the blocks of a language model, at most 8192, a multiple of --heads; 128 when absent.")
                Integer width,
        @Param(doc = "Attention heads of each block of a language model; one per 32 of --width when absent.")
                Integer heads,
        @Param(
                        doc =
                                "Tokens that a language model sees at most, prompt and answer together, from 2 to 8192; 128 when absent.")
                Integer context,
        @Param(
                        doc =
                                "What a language model reads and writes: bpe learns byte pairs from the training rows, characters takes theirs. bpe when absent.",
                        choices = {"bpe", "characters"})
                String tokens,
        @Param(doc = "Tokens that bpe learns, 257 or more; one per 512 bytes of text, from 512 to 16384, when absent.")
                Integer vocabulary) {

    static final String GPT = "gpt";

    private static final int LARGEST_BATCH = 65_536;
    private static final int HIGHEST_RANK = 256;
    private static final int MOST_LAYERS = 96;
    private static final int LARGEST = 8192;
    private static final int FEWEST_TOKENS = 257;
    private static final int MOST_TOKENS = 1_000_000;

    /** @throws AthanorException unless there is one source, and every number is in its range */
    public TrainParams {
        SourceSpec.requireOne(input, table);
        require(epochs == null || epochs >= 1, "epochs", epochs, "1 or more");
        require(
                batchSize == null || (batchSize >= 1 && batchSize <= LARGEST_BATCH),
                "batch-size",
                batchSize,
                "from 1 to 65536");
        require(
                learningRate == null || (learningRate > 0 && Double.isFinite(learningRate)),
                "learning-rate",
                learningRate,
                "above 0");
        require(lora == null || (lora >= 1 && lora <= HIGHEST_RANK), "lora", lora, "from 1 to 256");
        if (lora != null && from == null) {
            throw new AthanorException(
                    "Cannot train with --lora " + lora,
                    "there is no model whose weights would stay",
                    "Name an imported model with --from, or leave out --lora");
        }
        require(validation > 0 && validation <= 0.5, "validation", validation, "above 0 and at most 0.5");
        require(layers == null || (layers >= 1 && layers <= MOST_LAYERS), "layers", layers, "from 1 to 96");
        require(width == null || (width >= 1 && width <= LARGEST), "width", width, "from 1 to 8192");
        require(heads == null || (heads >= 1 && heads <= LARGEST), "heads", heads, "from 1 to 8192");
        require(context == null || (context >= 2 && context <= LARGEST), "context", context, "from 2 to 8192");
        require(
                vocabulary == null || (vocabulary >= FEWEST_TOKENS && vocabulary <= MOST_TOKENS),
                "vocabulary",
                vocabulary,
                "from 257 to 1000000");
        if (label != null && label.isBlank()) {
            throw new AthanorException(
                    "Cannot run train",
                    "--label (in SQL: label) is empty",
                    "Give it the name of a column, or leave it out");
        }
        if (GPT.equals(network)) {
            refuseForText(label != null, "label", "it learns texts as they are");
            refuseForText("balanced".equals(classWeights), "class-weights balanced", "it has no classes");
            refuseForText(from != null, "from", "it begins from nothing");
            if (vocabulary != null && "characters".equals(tokens)) {
                throw new AthanorException(
                        "Cannot train with --vocabulary " + vocabulary,
                        "the tokens are the characters that the text has",
                        "Leave out --vocabulary, or choose --tokens bpe");
            }
        } else {
            Map<String, Object> shape = new LinkedHashMap<>();
            shape.put("layers", layers);
            shape.put("width", width);
            shape.put("heads", heads);
            shape.put("context", context);
            shape.put("tokens", tokens);
            shape.put("vocabulary", vocabulary);
            shape.forEach((name, value) -> {
                if (value != null) {
                    throw new AthanorException(
                            "Cannot train network " + network + " with --" + name + " " + value,
                            "only a language model has that to choose",
                            "Leave it out, or choose --network gpt");
                }
            });
            if (label == null) {
                throw new AthanorException(
                        "Cannot train network " + network,
                        "no column is named that it should predict",
                        "Name one with --label; a language model, --network gpt, needs none");
            }
        }
    }

    private static void refuseForText(boolean given, String option, String reason) {
        if (given) {
            throw new AthanorException(
                    "Cannot train network gpt with --" + option,
                    reason,
                    "Leave out --" + option
                            + (option.equals("label") ? ", and name the text column with --features" : ""));
        }
    }

    /** Whether a language model is asked for. */
    boolean isLanguage() {
        return GPT.equals(network);
    }

    private static void require(boolean holds, String option, Object value, String range) {
        if (!holds) {
            throw new AthanorException(
                    "Cannot train with --" + option + " " + value, "it must be " + range, "Correct --" + option);
        }
    }

    /** The kind of network: a transformer when nothing else is asked for and there is a model to begin from. */
    String kind() {
        return from != null && network.equals("auto") ? NetworkChoice.TRANSFORMER : network;
    }

    SourceSpec source() {
        return new SourceSpec(input, table, format, option, columns);
    }
}
