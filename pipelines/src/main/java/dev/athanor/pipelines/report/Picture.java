package dev.athanor.pipelines.report;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * A small picture that travels inside a page, as PNG. Immutable.
 *
 * @param width pixels
 * @param height pixels
 * @param dataUri {@code data:image/png;base64,…}
 */
public record Picture(int width, int height, String dataUri) {
    private static final int LARGEST_SIDE = 112;
    private static final int SMALLEST_SIDE = 4;

    /**
     * The picture that a vector of numbers is, when its length is the square of a side of 4 to 112: grey, the smallest
     * value black, the largest white. Values that are not finite are black.
     */
    public static Optional<Picture> ofVector(float[] values) {
        int side = (int) Math.round(Math.sqrt(values.length));
        if (side * side != values.length || side < SMALLEST_SIDE || side > LARGEST_SIDE) {
            return Optional.empty();
        }
        float low = Float.POSITIVE_INFINITY;
        float high = Float.NEGATIVE_INFINITY;
        for (float v : values) {
            if (Float.isFinite(v)) {
                low = Math.min(low, v);
                high = Math.max(high, v);
            }
        }
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < values.length; i++) {
            float share = Float.isFinite(values[i]) && high > low ? (values[i] - low) / (high - low) : 0;
            image.getRaster().setSample(i % side, i / side, 0, Math.round(255 * share));
        }
        return Optional.of(of(image));
    }

    /** The picture in a PNG or JPEG file, scaled down to at most 112 pixels a side; empty when it is not an image. */
    public static Optional<Picture> ofFile(byte[] file) {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(file))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return Optional.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int larger = Math.max(reader.getWidth(0), reader.getHeight(0));
                ImageReadParam param = reader.getDefaultReadParam();
                int step = Math.max(1, larger / (2 * LARGEST_SIDE));
                param.setSourceSubsampling(step, step, 0, 0);
                return Optional.of(of(shrink(reader.read(0, param))));
            } finally {
                reader.dispose();
            }
        } catch (IOException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // A file that cannot be decoded has no picture; the page shows the row's text instead.
            return Optional.empty();
        }
    }

    private static BufferedImage shrink(BufferedImage image) {
        double scale = Math.min(1, LARGEST_SIDE / (double) Math.max(image.getWidth(), image.getHeight()));
        int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
        int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = small.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(image, 0, 0, width, height, null);
        g.dispose();
        return small;
    }

    private static Picture of(BufferedImage image) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot encode a picture in memory", e);
        }
        return new Picture(
                image.getWidth(),
                image.getHeight(),
                "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray()));
    }
}
