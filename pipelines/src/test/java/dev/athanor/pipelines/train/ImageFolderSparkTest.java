package dev.athanor.pipelines.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.infer.InferJob;
import dev.athanor.pipelines.infer.InferReport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
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

    @Test
    void filesThatAreNoImagesAreNamedWithWhatToDo() throws IOException {
        Path empty = Files.createFile(images.resolve("cat/empty.png"));
        refused("Cannot train on the images of " + images + ": " + empty
                + " is empty. Move this file out of the folder");
        Path text = Files.writeString(images.resolve("dog/text.jpg"), "no image");
        refused(empty + " is empty; " + text + " is not a PNG or JPEG image. Move these files out of the folder");
        Files.delete(empty);
        Files.delete(text);
        // Its header is whole, so that profiling takes it for an image.
        byte[] whole = Files.readAllBytes(images.resolve("dog/3.png"));
        Path cut = Files.write(images.resolve("dog/cut.png"), Arrays.copyOf(whole, 40));
        refused(cut + " is a damaged image");
        for (int i = 0; i < 5; i++) {
            Files.writeString(images.resolve("cat/x" + i + ".png"), "no image");
        }
        refused("; and more. Move these files");
    }

    @Test
    void anEmptyFileIsARowWithAnError() throws IOException {
        TrainReport trained = train("with_empty");
        Files.createFile(images.resolve("cat/empty.png"));
        Files.createFile(images.resolve("dog/empty.JPG"));
        InferReport report = run(
                new InferJob(),
                "model",
                trained.ref(),
                "input",
                images.toString(),
                "keep",
                List.of("path"),
                "output",
                folder + "/out");
        assertThat(report.rows()).isEqualTo(2 * PER_CLASS + 2);
        assertThat(report.errors()).isEqualTo(2);
        assertThat(spark().read()
                        .parquet(folder + "/out")
                        .where("error IS NOT NULL")
                        .orderBy("path")
                        .collectAsList())
                .extracting(r -> r.getString(0).replaceAll(".*/images/", "") + " " + r.<String>getAs("error"))
                .containsExactly(
                        "cat/empty.png column content is not a PNG or JPEG image",
                        "dog/empty.JPG column content is not a PNG or JPEG image");
    }

    private void refused(String message) {
        assertThatThrownBy(() -> train("damaged"))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining(message);
    }

    private TrainReport train(String model, Object... more) {
        Object[] params = {"input", images.toString(), "label", "label", "model", model, "epochs", 2, "network", "mlp"};
        return run(
                new TrainJob(),
                Stream.concat(Arrays.stream(params), Arrays.stream(more)).toArray());
    }
}
