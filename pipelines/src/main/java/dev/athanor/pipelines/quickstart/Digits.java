package dev.athanor.pipelines.quickstart;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * The handwritten digits that ship with the project; where they come from is in {@code ATTRIBUTION.md} beside them.
 *
 * @param id line of the file, from 0
 * @param image 64 cells of an 8 by 8 grid, row by row, ink from 0 to 16
 * @param label the digit
 */
record Digits(int id, List<Float> image, int label) {
    private static final int PIXELS = 64;
    private static final long SPLIT_SEED = 7;
    private static final double TEST_SHARE = 0.2;

    /** All 1,797 images, in the order of the file. */
    static List<Digits> all() {
        List<Digits> all = new ArrayList<>();
        try (InputStream file = Digits.class.getResourceAsStream("digits.csv.gz")) {
            if (file == null) {
                throw new IllegalStateException("Cannot find digits.csv.gz beside " + Digits.class.getName());
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(new GZIPInputStream(file), StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] cells = line.split(",");
                List<Float> image = new ArrayList<>(PIXELS);
                for (int i = 0; i < PIXELS; i++) {
                    image.add(Float.valueOf(cells[i]));
                }
                all.add(new Digits(all.size(), image, Integer.parseInt(cells[PIXELS])));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read digits.csv.gz", e);
        }
        return all;
    }

    /** Ids of the fifth of the images that is kept aside, the same in every run. */
    static List<Integer> testIds(int rows) {
        List<Integer> ids = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            ids.add(i);
        }
        Collections.shuffle(ids, new Random(SPLIT_SEED));
        List<Integer> test = new ArrayList<>(ids.subList(0, (int) Math.round(rows * TEST_SHARE)));
        Collections.sort(test);
        return test;
    }
}
