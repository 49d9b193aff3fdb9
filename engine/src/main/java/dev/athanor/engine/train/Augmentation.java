package dev.athanor.engine.train;

import dev.athanor.engine.table.InputLayout;

/**
 * Shifts, turns and scales an image a little, at random: bilinear sampling, the border repeated outwards.
 *
 * <p>What happens to a row depends on the key it is given alone, so that workers and replays agree. Immutable.
 */
final class Augmentation {
    private static final double SHIFT = 0.07;
    private static final double ANGLE = Math.toRadians(12);
    private static final double SCALE = 0.12;

    private final int height;
    private final int width;
    private final int channels;

    Augmentation(InputLayout.ImageShape shape) {
        this.height = shape.height();
        this.width = shape.width();
        this.channels = shape.channels();
    }

    /**
     * Samples a changed image.
     *
     * @param key decides the change
     * @param from (H,W,C) at {@code fromAt}
     * @param to receives (H,W,C) at {@code toAt}
     */
    void apply(long key, float[] from, int fromAt, float[] to, int toAt) {
        double angle = symmetric(key, 1) * ANGLE;
        double scaleX = 1 + symmetric(key, 2) * SCALE;
        double scaleY = 1 + symmetric(key, 3) * SCALE;
        double shiftX = symmetric(key, 4) * SHIFT * width;
        double shiftY = symmetric(key, 5) * SHIFT * height;
        double shear = symmetric(key, 6) * SCALE;
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double centreX = (width - 1) / 2.0;
        double centreY = (height - 1) / 2.0;
        float stepXx = (float) (cos / scaleX);
        float stepXy = (float) ((sin + shear) / scaleX);
        float stepYx = (float) (-sin / scaleY);
        float stepYy = (float) (cos / scaleY);
        for (int y = 0; y < height; y++) {
            float dy = (float) (y - centreY - shiftY);
            float startX = (float) centreX + stepXy * dy;
            float startY = (float) centreY + stepYy * dy;
            for (int x = 0; x < width; x++) {
                float dx = (float) (x - centreX - shiftX);
                sample(startX + stepXx * dx, startY + stepYx * dx, from, fromAt, to, toAt + (y * width + x) * channels);
            }
        }
    }

    private void sample(float sourceX, float sourceY, float[] from, int fromAt, float[] to, int at) {
        float x = Math.max(0, Math.min(width - 1, sourceX));
        float y = Math.max(0, Math.min(height - 1, sourceY));
        int x0 = (int) x;
        int y0 = (int) y;
        int x1 = Math.min(width - 1, x0 + 1);
        int y1 = Math.min(height - 1, y0 + 1);
        float fx = x - x0;
        float fy = y - y0;
        int topLeft = fromAt + (y0 * width + x0) * channels;
        int topRight = fromAt + (y0 * width + x1) * channels;
        int bottomLeft = fromAt + (y1 * width + x0) * channels;
        int bottomRight = fromAt + (y1 * width + x1) * channels;
        for (int c = 0; c < channels; c++) {
            float top = from[topLeft + c] + fx * (from[topRight + c] - from[topLeft + c]);
            float bottom = from[bottomLeft + c] + fx * (from[bottomRight + c] - from[bottomLeft + c]);
            to[at + c] = top + fy * (bottom - top);
        }
    }

    /** A number in [-1,1) that depends on the key and which number it is. */
    private static double symmetric(long key, int which) {
        return (EpochReader.mix(key, which) >>> 11) * 0x1.0p-52 - 1;
    }
}
