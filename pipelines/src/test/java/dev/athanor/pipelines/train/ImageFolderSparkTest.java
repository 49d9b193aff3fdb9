package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.pipelines.JobSparkTest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders of image files, one folder per class. */
class ImageFolderSparkTest extends JobSparkTest {
    private static final int PER_CLASS = 12;

    @TempDir
    Path folder;

    private Path images;

    @BeforeEach
    void noise() throws IOException {
        images = folder.resolve("images");
        Random random = new Random(7);
        for (String label : List.of("cat", "dog")) {
            Path of = Files.createDirectories(images.resolve(label));
            for (int i = 0; i < PER_CLASS; i++) {
                BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
                for (int p = 0; p < 64; p++) {
                    image.getRaster().setSample(p % 8, p / 8, 0, random.nextInt(256));
                }
                ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
            }
        }
    }

    @Test
    void learnsFromTheContentAloneUnlessAskedOtherwise() {
        assertThat(train("noise").features()).containsExactly("content");
        assertThat(train("by_path", "features", List.of("path", "content")).features())
                .containsExactly("path", "content");
    }

    private TrainReport train(String model, Object... more) {
        Object[] params = {"input", images.toString(), "label", "label", "model", model, "epochs", 2, "network", "mlp"};
        return run(
                new TrainJob(),
                java.util.stream.Stream.concat(java.util.Arrays.stream(params), java.util.Arrays.stream(more))
                        .toArray());
    }
}
