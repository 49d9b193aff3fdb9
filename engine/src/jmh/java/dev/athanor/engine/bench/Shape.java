package dev.athanor.engine.bench;

import java.util.ArrayList;
import java.util.List;

/** A product (m,k)·(k,n), written MxNxK; those that count stand under the bars, the others are only printed. */
record Shape(int m, int n, int k, boolean counts) {

    static Shape parse(String text) {
        String[] sizes = text.split("x", 3);
        return new Shape(
                Integer.parseInt(sizes[0]), Integer.parseInt(sizes[1]), Integer.parseInt(sizes[2]), true);
    }

    /** Squares from 64 to 2048, and 12–128 × 768–3072 × 768, which count; deeper, thinner and smaller ones do not. */
    static List<Shape> all() {
        List<Shape> shapes = new ArrayList<>();
        for (int n : new int[] {64, 96, 128, 200, 256, 384, 512, 768, 1024, 2048}) {
            shapes.add(new Shape(n, n, n, true));
        }
        for (int n : new int[] {768, 1536, 3072}) {
            for (int m : new int[] {12, 16, 36, 64, 128}) {
                shapes.add(new Shape(m, n, 768, true));
            }
        }
        for (int m : new int[] {12, 16, 36, 64, 128}) {
            shapes.add(new Shape(m, 768, 3072, false));
        }
        for (int[] other : new int[][] {{1, 768, 768}, {4, 768, 768}, {64, 256, 784}, {64, 10, 256}, {784, 256, 64}}) {
            shapes.add(new Shape(other[0], other[1], other[2], false));
        }
        return shapes;
    }

    double operations() {
        return 2.0 * m * n * k;
    }

    @Override
    public String toString() {
        return m + "x" + n + "x" + k;
    }
}
