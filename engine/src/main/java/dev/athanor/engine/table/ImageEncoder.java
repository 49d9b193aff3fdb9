package dev.athanor.engine.table;

import dev.athanor.engine.tensor.Tensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * {@link ColumnPlan.ImageFile}: decodes PNG and JPEG, scales to one size, one or three channels of {@code value / 255}.
 *
 * <p>The size is read from the header before anything is decoded, so that a small file cannot claim the heap.
 */
final class ImageEncoder extends ColumnEncoder {
    /** Pixels of an image that are decoded at most: 64 million, 256 MiB while it is decoded. */
    static final long PIXEL_LIMIT = 1L << 26;

    private final ColumnPlan.ImageFile plan;
    private final BufferedImage canvas;
    private final int[] row;

    ImageEncoder(ColumnPlan.ImageFile plan) {
        this.plan = plan;
        this.canvas = new BufferedImage(plan.shape().width(), plan.shape().height(), BufferedImage.TYPE_INT_RGB);
        this.row = new int[plan.shape().width()];
    }

    @Override
    void encode(FeatureColumn column, int from, int to, EncodedBatch into) {
        FeatureColumn.Bytes files = (FeatureColumn.Bytes) column;
        int size = plan.shape().size();
        Tensor target = plan.dense() < 0 ? into.image() : into.dense();
        int stride = plan.dense() < 0 ? size : into.layout().denseWidth();
        int at = target.offset() + Math.max(0, plan.dense());
        for (int i = from; i < to; i++, at += stride) {
            String error = files.isNull(i)
                    ? "is null"
                    : decode(files.data(), files.start(i), files.end(i), target.floats(), at);
            if (error != null) {
                Arrays.fill(target.floats(), at, at + size, 0f);
                into.setError(i - from, "column " + plan.column() + " " + error);
            }
        }
    }

    /** Why a file is no image that can be used, or null when it is one. */
    static String problem(byte[] data) {
        ImageHeader header = ImageHeader.read(data, 0, data.length);
        if (header == null) {
            return data.length == 0 ? "is empty" : "is not a PNG or JPEG image";
        }
        InputLayout.ImageShape shape = new InputLayout.ImageShape(1, 1, 1);
        return new ImageEncoder(new ColumnPlan.ImageFile("", -1, shape)).decode(data, 0, data.length, new float[1], 0);
    }

    /** @return why it cannot be decoded, or null */
    private String decode(byte[] data, int from, int to, float[] out, int at) {
        ImageHeader header = ImageHeader.read(data, from, to);
        if (header == null) {
            return "is not a PNG or JPEG image";
        }
        if ((long) header.width() * header.height() > PIXEL_LIMIT) {
            return "is an image of " + header.width() + "x" + header.height() + " pixels, more than the limit of "
                    + PIXEL_LIMIT;
        }
        BufferedImage image;
        try {
            image = read(data, from, to);
        } catch (IOException | RuntimeException e) {
            // The JDK's readers throw unchecked exceptions for some damaged files.
            return "is a damaged image: " + e.getMessage();
        }
        if (image == null) {
            return "is not a PNG or JPEG image";
        }
        write(image, out, at);
        return null;
    }

    private static BufferedImage read(byte[] data, int from, int to) throws IOException {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(data, from, to - from))) {
            var readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return null;
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                return pixels > PIXEL_LIMIT ? null : reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private void write(BufferedImage image, float[] out, int at) {
        int height = plan.shape().height();
        int width = plan.shape().width();
        BufferedImage source = image;
        if (image.getWidth() != width
                || image.getHeight() != height
                || image.getColorModel().hasAlpha()) {
            source = canvas;
            Graphics2D g = canvas.createGraphics();
            g.setColor(Color.BLACK); // shows through where the image is transparent, not the image before
            g.fillRect(0, 0, width, height);
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            g.drawImage(image, 0, 0, width, height, null);
            g.dispose();
        }
        boolean raw = source.getType() == BufferedImage.TYPE_BYTE_GRAY;
        int position = at;
        for (int y = 0; y < height; y++) {
            if (raw) {
                source.getRaster().getSamples(0, y, width, 1, 0, row); // getRGB would apply grey's own gamma
            } else {
                source.getRGB(0, y, width, 1, row, 0, width);
            }
            for (int x = 0; x < width; x++) {
                int rgb = raw ? row[x] * 0x010101 : row[x];
                int red = rgb >> 16 & 0xFF;
                int green = rgb >> 8 & 0xFF;
                int blue = rgb & 0xFF;
                if (plan.shape().channels() == 1) {
                    out[position++] = (0.299f * red + 0.587f * green + 0.114f * blue) / 255f; // ITU-R BT.601
                } else {
                    out[position++] = red / 255f;
                    out[position++] = green / 255f;
                    out[position++] = blue / 255f;
                }
            }
        }
    }
}
