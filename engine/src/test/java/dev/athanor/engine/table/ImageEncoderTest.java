package dev.athanor.engine.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class ImageEncoderTest {
    private static final List<ColumnSpec> FEATURES = List.of(Rows.image("picture"));
    private static final ColumnSpec LABEL = Rows.string("class");

    private static byte[] image(String format, int type, int width, int height, Color colour) throws IOException {
        BufferedImage image = new BufferedImage(width, height, type);
        var g = image.createGraphics();
        g.setColor(colour);
        g.fillRect(0, 0, width, height);
        g.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }

    private static byte[] colour(String format, int width, int height) throws IOException {
        return image(format, BufferedImage.TYPE_INT_RGB, width, height, new Color(255, 51, 0));
    }

    private static EncodedBatch encode(EncoderPlan plan, Object... files) {
        RowBatch rows = new RowBatch(FEATURES, files.length);
        for (Object file : files) {
            Rows.add(rows, file);
        }
        EncodedBatch batch = new EncodedBatch(plan.layout(), files.length);
        new Encoder(plan).encode(rows, batch);
        return batch;
    }

    @Test
    void imagesOfAllSizesComeToTheCommonestOne() throws IOException {
        byte[] png = colour("png", 12, 10);
        byte[] jpeg = colour("jpg", 30, 25);
        TableProfile profile =
                Rows.profile(FEATURES, LABEL, Rows.row(png, "a"), Rows.row(png, "b"), Rows.row(jpeg, "a"));
        assertThat(NetworkChoice.of(profile, "auto").reason()).isEqualTo("column picture holds PNG or JPEG images");
        EncoderPlan plan = EncoderPlan.of(profile, "cnn");
        assertThat(plan.layout().image()).isEqualTo(new InputLayout.ImageShape(10, 12, 3));
        EncodedBatch batch = encode(plan, png, jpeg, "not an image", null);
        for (int row = 0; row < 2; row++) {
            assertThat(batch.error(row)).isNull();
            assertThat(batch.image().get(row, 5, 5, 0)).isCloseTo(1, within(0.02));
            assertThat(batch.image().get(row, 5, 5, 1)).isCloseTo(0.2, within(0.02));
            assertThat(batch.image().get(row, 9, 11, 2)).isCloseTo(0, within(0.02));
        }
        assertThat(batch.error(2)).isEqualTo("column picture is not a PNG or JPEG image");
        assertThat(batch.error(3)).isEqualTo("column picture is null");
        assertThat(EncoderPlan.of(profile, "mlp").layout().denseWidth()).isEqualTo(360);
    }

    @Test
    void greyStaysGrey() throws IOException {
        byte[] grey = image("png", BufferedImage.TYPE_BYTE_GRAY, 9, 9, new Color(128, 128, 128));
        EncoderPlan plan =
                EncoderPlan.of(Rows.profile(FEATURES, LABEL, Rows.row(grey, "a"), Rows.row(grey, "b")), "cnn");
        assertThat(plan.layout().image().channels()).isEqualTo(1);
        assertThat(encode(plan, (Object) grey).image().get(0, 4, 4, 0)).isCloseTo(128 / 255.0, within(0.005));
    }

    @Test
    void aBombIsRefusedByItsHeader() throws IOException {
        byte[] png = colour("png", 8, 8);
        EncoderPlan plan = EncoderPlan.of(Rows.profile(FEATURES, LABEL, Rows.row(png, "a"), Rows.row(png, "b")), "cnn");
        byte[] bomb = png.clone();
        ByteBuffer.wrap(bomb).putInt(16, 50_000).putInt(20, 50_000);
        EncodedBatch batch = encode(plan, bomb, Arrays.copyOf(png, png.length / 2));
        assertThat(batch.error(0))
                .isEqualTo("column picture is an image of 50000x50000 pixels, more than the limit of 67108864");
        assertThat(batch.error(1)).startsWith("column picture is a damaged image: ");
    }

    @Test
    void transparencyShowsBlackAndNotTheImageBefore() throws IOException {
        byte[] white = image("png", BufferedImage.TYPE_INT_RGB, 20, 20, Color.WHITE);
        byte[] clear = image("png", BufferedImage.TYPE_INT_ARGB, 20, 20, new Color(255, 255, 255, 0));
        byte[] clearOfSize = image("png", BufferedImage.TYPE_INT_ARGB, 16, 16, new Color(255, 255, 255, 0));
        byte[] opaque = image("png", BufferedImage.TYPE_INT_RGB, 16, 16, Color.WHITE);
        EncoderPlan plan = EncoderPlan.of(
                Rows.profile(FEATURES, LABEL, Rows.row(opaque, "a"), Rows.row(opaque, "b"), Rows.row(white, "a")),
                "cnn");
        EncodedBatch batch = encode(plan, white, clear, clearOfSize, opaque);
        assertThat(batch.image().get(0, 8, 8, 0)).isEqualTo(1);
        assertThat(batch.image().get(1, 8, 8, 0)).isZero();
        assertThat(batch.image().get(2, 8, 8, 0)).isZero();
        assertThat(batch.image().get(3, 8, 8, 0)).isEqualTo(1);
    }

    @Test
    void damagedFilesNeverThrow() throws IOException {
        long seed = 4;
        SplittableRandom random = new SplittableRandom(seed);
        byte[][] originals = {colour("png", 16, 16), colour("jpg", 16, 16)};
        EncoderPlan plan = EncoderPlan.of(
                Rows.profile(FEATURES, LABEL, Rows.row(originals[0], "a"), Rows.row(originals[1], "b")), "cnn");
        for (int round = 0; round < 300; round++) {
            byte[] file = originals[round % 2].clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            file = Arrays.copyOf(file, random.nextInt(3) == 0 ? random.nextInt(file.length) : file.length);
            EncodedBatch batch = encode(plan, (Object) file);
            assertThat(batch.rows()).as("seed " + seed + " round " + round).isEqualTo(1);
        }
    }
}
