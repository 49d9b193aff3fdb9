package dev.athanor.engine.train;

import dev.athanor.engine.table.EncodedBatch;
import dev.athanor.engine.table.InputLayout;
import dev.athanor.engine.table.Rows;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;

/** Real data sets that lie beside the project, for tests that skip where they are absent. */
public final class SharedData {
    private SharedData() {}

    /** A file below {@code shared/data}, found by walking up; skips the test when there is none. */
    public static Path file(String name) {
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            Path candidate = p.resolve("shared/data").resolve(name);
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        Assumptions.abort("shared/data/" + name + " is not beside the project: skipped");
        throw new AssertionError();
    }

    /** The digits: images 8×8 in [0,1], in file order, as one batch. */
    public static EncodedBatch digits(boolean asImage) {
        List<String> lines = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(file("digits/digits.csv.gz"))), StandardCharsets.US_ASCII))) {
            in.lines().forEach(lines::add);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        EncodedBatch batch = new EncodedBatch(layout(8, asImage), lines.size());
        batch.setRows(lines.size());
        float[] pixels = (asImage ? batch.image() : batch.dense()).floats();
        for (int r = 0; r < lines.size(); r++) {
            String[] cells = lines.get(r).split(",", -1);
            for (int i = 0; i < 64; i++) {
                pixels[r * 64 + i] = Float.parseFloat(cells[i]) / 16;
            }
            batch.labels().ints()[r] = Integer.parseInt(cells[64]);
            batch.weights().floats()[r] = 1;
        }
        return batch;
    }

    /** The first rows of MNIST: the pixels 28×28, from 0 to 255, and the digit. */
    public static List<Object[]> mnist(int rows) {
        List<Object[]> all = new ArrayList<>();
        try (DataInputStream images = open("mnist/train-images-idx3-ubyte.gz");
                DataInputStream labels = open("mnist/train-labels-idx1-ubyte.gz")) {
            images.skipNBytes(16);
            labels.skipNBytes(8);
            for (int r = 0; r < rows; r++) {
                float[] pixels = new float[784];
                for (int i = 0; i < pixels.length; i++) {
                    pixels[i] = images.readUnsignedByte();
                }
                all.add(Rows.row(pixels, labels.readUnsignedByte()));
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return all;
    }

    private static DataInputStream open(String name) throws IOException {
        return new DataInputStream(new GZIPInputStream(Files.newInputStream(file(name)), 1 << 16));
    }

    private static InputLayout layout(int side, boolean asImage) {
        return asImage
                ? new InputLayout(0, new InputLayout.ImageShape(side, side, 1), List.of())
                : new InputLayout(side * side, null, List.of());
    }

    /** A finished store of the rows from {@code from} to {@code to} of a batch. */
    public static ExampleStore store(EncodedBatch batch, int from, int to) {
        ExampleStore store = new ExampleStore(batch.layout(), Long.MAX_VALUE, Path.of("unused"));
        for (int r = from; r < to; r++) {
            store.append(batch, r);
        }
        store.finish();
        return store;
    }
}
