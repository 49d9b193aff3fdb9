package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Reads IDX images as {@code image array<float>} (the values of the file, 0 to 255 for bytes, row by row) with
 * {@code label int} beside them.
 *
 * <p>Labels come from {@code --option labels=FILE}, or from the file beside the images whose name says {@code labels} and
 * {@code idx1} where theirs says {@code images} and {@code idx3}; without either there is no label column. The path may
 * also be a folder that holds one such pair. Tasks read slices: a gzip file is decompressed up to the slice by each.
 */
final class IdxReader {
    private static final int SLICE_BYTES = 4 << 20;

    private IdxReader() {}

    /** Rows, and the locations of the files that hold them. */
    record Images(Dataset<Row> rows, List<String> files) {}

    static Images read(SparkSession spark, SourcePath path, Map<String, String> options) {
        Configuration configuration = spark.sparkContext().hadoopConfiguration();
        FileStatus file = path.isFolder() || path.roots().size() > 1 ? onlyImages(path) : path.first();
        String name = path.isFolder() ? file.getPath().toUri().getPath() : path.input();
        try {
            IdxFile images = IdxFile.open(name, file, configuration);
            IdxFile labels = labels(path, images, options.get("labels"), configuration);
            return new Images(
                    images.dimensions() == 1 && labels == null
                            ? dataset(spark, images, images, configuration).drop("image")
                            : dataset(spark, images, labels, configuration),
                    labels == null ? List.of(images.location()) : List.of(images.location(), labels.location()));
        } catch (IOException e) {
            throw SourceErrors.explain(path.input(), e)
                    .orElseGet(() -> new AthanorException(
                            "Cannot read " + path.input(), SourceErrors.reason(e), "Check that it may be read", e));
        }
    }

    private static FileStatus onlyImages(SourcePath path) {
        List<FileStatus> images = path.dataFiles(10_000).stream()
                .filter(f -> f.getPath().getName().toLowerCase(Locale.ROOT).contains("idx3"))
                .toList();
        if (images.size() != 1) {
            throw new AthanorException(
                    "Cannot read " + path.input(),
                    images.isEmpty()
                            ? "no file there has idx3 in its name"
                            : "it holds several image files: "
                                    + String.join(
                                            ", ",
                                            images.stream()
                                                    .map(f -> f.getPath().getName())
                                                    .toList()),
                    "Name the image file itself with --input");
        }
        return images.get(0);
    }

    private static IdxFile labels(SourcePath path, IdxFile images, String given, Configuration configuration)
            throws IOException {
        if (given != null && given.isBlank()) {
            return null;
        }
        String location;
        if (given != null) {
            location = given;
        } else {
            Optional<String> sibling = sibling(path, images);
            if (sibling.isEmpty()) {
                return null;
            }
            location = sibling.get();
        }
        IdxFile labels =
                IdxFile.open(location, SourcePath.of(location, configuration).first(), configuration);
        if (labels.dimensions() != 1 || labels.type() == 13 || labels.type() == 14) {
            throw new AthanorException(
                    "Cannot read labels from " + location,
                    "it is not a list of whole numbers (idx1)",
                    "Name the label file with --option labels=FILE");
        }
        if (labels.rows() != images.rows()) {
            throw new AthanorException(
                    "Cannot pair " + images.name() + " with " + location,
                    "there are " + images.rows() + " images and " + labels.rows() + " labels",
                    "Name the matching label file with --option labels=FILE");
        }
        return labels;
    }

    private static Optional<String> sibling(SourcePath path, IdxFile images) throws IOException {
        Path file = new Path(images.name());
        String name = file.getName();
        String wanted = name.replace("images", "labels").replace("idx3", "idx1");
        if (wanted.equals(name)) {
            return Optional.empty();
        }
        String plain = FormatGuess.withoutCompression(wanted);
        for (String candidate : List.of(wanted, plain, plain + ".gz")) {
            Path beside = file.getParent() == null ? new Path(candidate) : new Path(file.getParent(), candidate);
            if (path.files().exists(beside)) {
                return Optional.of(beside.toString());
            }
        }
        return Optional.empty();
    }

    private static Dataset<Row> dataset(
            SparkSession spark, IdxFile images, IdxFile labels, Configuration configuration) {
        long bytes = (long) images.rows() * images.rowBytes();
        int parallelism = spark.sparkContext().defaultParallelism();
        long wanted = images.gzip() ? Math.min(parallelism, bytes / SLICE_BYTES + 1) : bytes / SLICE_BYTES + 1;
        int slices = (int) Math.max(1, Math.min(wanted, images.rows()));
        Slices reader = new Slices(images, labels, slices, new SerializableConfiguration(configuration));
        Dataset<Row> rows = spark.range(0, slices, 1, slices)
                .flatMap(
                        (FlatMapFunction<Long, IdxRow>) slice -> reader.rows(Math.toIntExact(slice)),
                        Encoders.bean(IdxRow.class))
                .toDF();
        return labels == null ? rows.drop("label") : rows;
    }

    /** Reads one slice of rows; travels to the executors. */
    private record Slices(IdxFile images, IdxFile labels, int count, SerializableConfiguration configuration)
            implements java.io.Serializable {
        Iterator<IdxRow> rows(int slice) throws IOException {
            int from = (int) ((long) images.rows() * slice / count);
            int to = (int) ((long) images.rows() * (slice + 1) / count);
            if (from == to) {
                return List.<IdxRow>of().iterator();
            }
            DataInputStream pixels = images.at(from, configuration.value());
            DataInputStream classes = labels == null ? null : labels.at(from, configuration.value());
            SliceRows rows = new SliceRows(images, labels, pixels, classes, to - from);
            TaskContext task = TaskContext.get();
            if (task != null) {
                task.addTaskCompletionListener((TaskCompletionListener) t -> rows.close());
            }
            return rows;
        }
    }

    /** Rows of one slice; the row object is reused, as the encoder copies it at once. */
    private static final class SliceRows implements Iterator<IdxRow> {
        private final IdxFile images;
        private final IdxFile labels;
        private final DataInputStream pixels;
        private final DataInputStream classes;
        private final byte[] bytes;
        private final byte[] labelBytes;
        private final float[] label = new float[1];
        private final IdxRow row = new IdxRow();
        private int left;

        SliceRows(IdxFile images, IdxFile labels, DataInputStream pixels, DataInputStream classes, int rows) {
            this.images = images;
            this.labels = labels;
            this.pixels = pixels;
            this.classes = classes;
            this.bytes = new byte[images.rowBytes()];
            this.labelBytes = labels == null ? null : new byte[labels.rowBytes()];
            this.left = rows;
            row.setImage(new float[images.width()]);
        }

        @Override
        public boolean hasNext() {
            if (left == 0) {
                close();
            }
            return left > 0;
        }

        @Override
        public IdxRow next() {
            if (left == 0) {
                throw new NoSuchElementException();
            }
            left--;
            read(images, pixels, bytes);
            images.decode(bytes, row.getImage());
            if (labels != null) {
                read(labels, classes, labelBytes);
                labels.decode(labelBytes, label);
                row.setLabel((int) label[0]);
            }
            return row;
        }

        private static void read(IdxFile file, DataInputStream in, byte[] into) {
            try {
                in.readFully(into);
            } catch (EOFException e) {
                throw file.cutOff(e);
            } catch (IOException e) {
                throw SourceErrors.explain(file.name(), e)
                        .<RuntimeException>map(x -> x)
                        .orElseGet(() -> new UncheckedIOException(e));
            }
        }

        private void close() {
            try (pixels) {
                if (classes != null) {
                    classes.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
