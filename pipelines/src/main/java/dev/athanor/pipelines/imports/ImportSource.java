package dev.athanor.pipelines.imports;

import dev.athanor.engine.model.GenerationPackage;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.OnnxPackage;
import dev.athanor.engine.model.OnnxSource;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.table.Task;
import dev.athanor.engine.transformer.EmbeddingSettings;
import dev.athanor.engine.transformer.GgufModel;
import dev.athanor.engine.transformer.TransformerFolder;
import dev.athanor.engine.transformer.TransformerSpec;
import java.nio.file.Path;
import java.util.Locale;

/** A model as it was made elsewhere. */
sealed interface ImportSource {
    /** What a package of it does. */
    Task task();

    /** The architecture's name, as the source has it. */
    String family();

    /** Numbers of each vector, or of each token between blocks. */
    int width();

    /** Numbers that were learned. */
    long parameters();

    /** How texts become vectors; null of a model that writes texts. */
    EmbeddingSettings embedding();

    void write(PackageFiles files, Manifest.Lineage lineage);

    /** Longest text, tokens. */
    int maxTokens();

    /** What it is good for, in a few words. */
    default String describe() {
        return embedding() == null
                ? String.format(Locale.ROOT, "texts of up to %,d tokens", maxTokens())
                : "vectors of " + width() + " numbers";
    }

    /** A folder with modules of sentence-transformers, or with an encoder. */
    record Embedder(TransformerFolder folder) implements ImportSource {
        @Override
        public Task task() {
            return Task.EMBEDDING;
        }

        @Override
        public String family() {
            return folder.family();
        }

        @Override
        public int width() {
            return folder.spec().width();
        }

        @Override
        public long parameters() {
            return folder.spec().parameters();
        }

        @Override
        public int maxTokens() {
            return folder.embedding().maxTokens();
        }

        @Override
        public EmbeddingSettings embedding() {
            return folder.embedding();
        }

        @Override
        public void write(PackageFiles files, Manifest.Lineage lineage) {
            TransformerPackage.writeEmbedding(files, folder, lineage);
        }
    }

    /** A folder with a decoder. */
    record Decoder(TransformerFolder folder) implements ImportSource {
        @Override
        public Task task() {
            return Task.GENERATION;
        }

        @Override
        public String family() {
            return folder.family();
        }

        @Override
        public int width() {
            return folder.spec().width();
        }

        @Override
        public long parameters() {
            return folder.spec().parameters();
        }

        @Override
        public int maxTokens() {
            return folder.spec().maxTokens();
        }

        @Override
        public EmbeddingSettings embedding() {
            return null;
        }

        @Override
        public void write(PackageFiles files, Manifest.Lineage lineage) {
            GenerationPackage.write(files, folder, lineage);
        }
    }

    /** A GGUF file with a decoder. */
    record Gguf(Path file, String family, TransformerSpec spec) implements ImportSource {
        static Gguf open(Path file) {
            try (GgufModel model = GgufModel.open(file)) {
                return new Gguf(file, model.architecture(), model.spec());
            }
        }

        @Override
        public Task task() {
            return Task.GENERATION;
        }

        @Override
        public int width() {
            return spec.width();
        }

        @Override
        public long parameters() {
            return spec.parameters();
        }

        @Override
        public int maxTokens() {
            return spec.maxTokens();
        }

        @Override
        public EmbeddingSettings embedding() {
            return null;
        }

        @Override
        public void write(PackageFiles files, Manifest.Lineage lineage) {
            GenerationPackage.write(files, file, lineage);
        }
    }

    /** An ONNX file, with what lies beside it. */
    record Onnx(OnnxSource source) implements ImportSource {
        @Override
        public Task task() {
            return source.task();
        }

        @Override
        public String family() {
            return source.family();
        }

        @Override
        public int width() {
            return source.width();
        }

        @Override
        public long parameters() {
            return source.model().parameters();
        }

        @Override
        public int maxTokens() {
            return embedding() == null ? 0 : embedding().maxTokens();
        }

        @Override
        public EmbeddingSettings embedding() {
            return source.embedding();
        }

        @Override
        public String describe() {
            return switch (task()) {
                case CLASSIFICATION -> source.classes().size() + " classes";
                case REGRESSION -> "a number";
                default -> ImportSource.super.describe();
            };
        }

        @Override
        public void write(PackageFiles files, Manifest.Lineage lineage) {
            OnnxPackage.write(files, source, lineage);
        }
    }
}
