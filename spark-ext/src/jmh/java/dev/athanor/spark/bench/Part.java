package dev.athanor.spark.bench;

import dev.athanor.engine.bench.EmbeddingBenchmark;
import dev.athanor.engine.bench.GenerationBenchmark;
import dev.athanor.engine.bench.KernelBenchmark;
import dev.athanor.engine.bench.PeerScript;
import dev.athanor.engine.bench.Result;
import dev.athanor.engine.bench.Results;
import dev.athanor.engine.bench.TokenizerBenchmark;
import dev.athanor.engine.bench.TrainingBenchmark;
import dev.athanor.engine.bench.TransformerTrainingBenchmark;
import dev.athanor.engine.bench.WeightBenchmark;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A part of the benchmarks, run in a JVM of its own: what one part does must not shape the code that the compiler makes
 * for another, nor count in its memory.
 */
enum Part {
    KERNELS(KernelBenchmark.class, "2g", null),
    WEIGHTS(WeightBenchmark.class, "3g", null),
    TRAINING(TrainingBenchmark.class, "2g", Part.PEERS),
    TRANSFORMERS(TransformerTrainingBenchmark.class, "3g", Part.PEERS),
    TOKENIZERS(TokenizerBenchmark.class, "1g", Part.PEERS),
    EMBEDDING(EmbeddingBenchmark.class, "2g", Part.PEERS),
    GENERATION(GenerationBenchmark.class, "3g", "llama.txt"),
    PREDICT(PredictBenchmark.class, "1g", Part.PEERS),
    TEXT(TextBenchmark.class, "1g", null),
    FLAT(FlatBenchmark.class, "1g", null);

    private static final String PEERS = "requirements.txt";

    private final Class<?> main;
    private final String heap;
    private final String requirements;

    Part(Class<?> main, String heap, String requirements) {
        this.main = main;
        this.heap = heap;
        this.requirements = requirements;
    }

    /** The file in engine/src/peer that says what the part's peer in Python needs, or null. */
    String requirements() {
        return requirements;
    }

    String title() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such part */
    static Part of(String title) {
        for (Part part : values()) {
            if (part.title().equals(title)) {
                return part;
            }
        }
        throw new IllegalArgumentException("No part is called '" + title + "': name some of "
                + Arrays.stream(values()).map(Part::title).collect(Collectors.joining(", ")) + ", or none for all");
    }

    /** Runs the part, whose output goes where ours goes, and returns what it found. */
    List<Result> run(Path folder, String python, List<String> arguments) throws IOException, InterruptedException {
        Path results = folder.resolve(title() + ".jsonl");
        Files.deleteIfExists(results);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.add("-Xmx" + heap);
        command.add("-D" + Results.FILE + "=" + results);
        command.add("-D" + PeerScript.PYTHON + "=" + python);
        command.add(main.getName());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().put("OPENBLAS_NUM_THREADS", "1");
        int code = builder.start().waitFor();
        if (code != 0) {
            throw new IOException("The part '" + title() + "' ended with exit code " + code + ": see its output above");
        }
        return Results.read(results);
    }
}
