package dev.athanor.spark.bench;

import dev.athanor.engine.bench.Checkout;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A Parquet table of 28×28 images as {@code features array<float>}: MNIST's where it lies beside the project, else random
 * ones.
 *
 * @param rows how many, the images repeated
 * @param real whether they are MNIST's
 */
record Images(String parquet, long rows, boolean real) {
    static final int SIZE = 784;
    private static final int RANDOM_ONES = 10_000;

    /** About {@code wanted} rows: the images over and over, copies far apart, so that compression does not find them. */
    static Images write(BenchSession session, int wanted) throws IOException {
        Path mnist = mnist();
        Path table = session.folder().resolve((mnist == null ? "random" : "mnist") + "-" + wanted + ".parquet");
        if (!Files.exists(table.resolve("_SUCCESS"))) {
            List<Row> images = mnist == null ? random() : read(mnist);
            session.spark()
                    .createDataFrame(images, StructType.fromDDL("features ARRAY<FLOAT>, label INT"))
                    .createOrReplaceTempView("some_images");
            long copies = Math.max(1, Math.round((double) wanted / images.size()));
            session.spark()
                    .sql("SELECT /*+ BROADCAST(some_images) */ features, label FROM range(0, " + copies
                            + ", 1, 4) JOIN some_images")
                    .write()
                    .option("compression", "zstd")
                    .mode("overwrite")
                    .parquet(table.toString());
        }
        long rows = session.spark().read().parquet(table.toString()).count();
        return new Images(table.toString(), rows, mnist != null);
    }

    /** The file of images, looked for in shared/data from the project upwards, or null. */
    private static Path mnist() {
        for (Path folder = Checkout.root(); folder != null; folder = folder.getParent()) {
            Path file = folder.resolve("shared/data/mnist/train-images-idx3-ubyte.gz");
            if (Files.exists(file)) {
                return file;
            }
        }
        return null;
    }

    private static List<Row> read(Path file) throws IOException {
        List<Row> rows = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
            in.skipNBytes(4);
            int count = in.readInt();
            in.skipNBytes(8);
            byte[] pixels = new byte[SIZE];
            for (int i = 0; i < count; i++) {
                in.readFully(pixels);
                rows.add(row(pixels, i % 10));
            }
        }
        return rows;
    }

    private static List<Row> random() {
        Random random = new Random(1);
        List<Row> rows = new ArrayList<>();
        byte[] pixels = new byte[SIZE];
        for (int i = 0; i < RANDOM_ONES; i++) {
            random.nextBytes(pixels);
            rows.add(row(pixels, i % 10));
        }
        return rows;
    }

    private static Row row(byte[] pixels, int label) {
        Float[] features = new Float[SIZE];
        for (int p = 0; p < SIZE; p++) {
            features[p] = (pixels[p] & 255) / 255f;
        }
        return RowFactory.create(features, label);
    }
}
