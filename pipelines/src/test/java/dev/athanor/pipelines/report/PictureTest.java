package dev.athanor.pipelines.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class PictureTest {
    @Test
    void aSquareVectorIsAGreyPictureFromItsSmallestToItsLargestValue() throws Exception {
        float[] values = new float[16];
        values[0] = -1;
        values[5] = 3;
        values[6] = Float.NaN;
        values[15] = 1;
        BufferedImage image = decode(Picture.ofVector(values).orElseThrow());

        assertThat(image.getWidth()).isEqualTo(4);
        assertThat(image.getRaster().getSample(0, 0, 0)).isZero();
        assertThat(image.getRaster().getSample(1, 1, 0)).isEqualTo(255);
        assertThat(image.getRaster().getSample(2, 1, 0)).isZero();
        assertThat(image.getRaster().getSample(3, 3, 0)).isEqualTo(128);
    }

    @Test
    void vectorsThatAreNotSquareOrTooLargeHaveNoPicture() {
        assertThat(Picture.ofVector(new float[0])).isEmpty();
        assertThat(Picture.ofVector(new float[9])).isEmpty();
        assertThat(Picture.ofVector(new float[65])).isEmpty();
        assertThat(Picture.ofVector(new float[113 * 113])).isEmpty();
        assertThat(Picture.ofVector(new float[28 * 28])).isPresent();
    }

    @Test
    void aLargeImageIsShrunkAndWhatIsNoImageHasNoPicture() throws Exception {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(1000, 500, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
        Picture picture = Picture.ofFile(jpeg.toByteArray()).orElseThrow();

        assertThat(picture.width()).isEqualTo(112);
        assertThat(picture.height()).isEqualTo(56);
        assertThat(decode(picture).getWidth()).isEqualTo(112);
        assertThat(Picture.ofFile("not an image".getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
        byte[] cut = java.util.Arrays.copyOf(jpeg.toByteArray(), 40);
        assertThat(Picture.ofFile(cut)).isEmpty();
    }

    private static BufferedImage decode(Picture picture) throws Exception {
        String base64 = picture.dataUri().substring("data:image/png;base64,".length());
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }
}
