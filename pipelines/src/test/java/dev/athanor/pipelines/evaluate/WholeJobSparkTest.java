package dev.athanor.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.pipelines.JobSparkTest;
import dev.athanor.pipelines.infer.InferJob;
import dev.athanor.pipelines.infer.InferReport;
import dev.athanor.pipelines.train.TrainJob;
import dev.athanor.pipelines.train.TrainReport;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.spark.ml.functions;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From training to predictions, with what the other tests of whole jobs do not use. */
class WholeJobSparkTest extends JobSparkTest {
    @TempDir
    Path folder;

    @Test
    void balancedWeightsFindTheRareClass() {
        // One row in twenty is rare, and its x overlaps with the others'.
        spark().sql("SELECT id, IF(id % 20 = 0, 'rare', 'common') AS kind,"
                        + " sin(id * 12.9898) * 2 + IF(id % 20 = 0, 1.5, 0) AS x FROM range(4000)")
                .createOrReplaceTempView("whole_rare");
        double[] recall = new double[2];
        for (int i = 0; i < 2; i++) {
            String weights = List.of("none", "balanced").get(i);
            TrainReport trained = run(
                    new TrainJob(),
                    "table",
                    "whole_rare",
                    "features",
                    List.of("x"),
                    "label",
                    "kind",
                    "model",
                    "weights-" + weights,
                    "class_weights",
                    weights,
                    "network",
                    "linear",
                    "epochs",
                    10);
            EvaluateReport report = run(new EvaluateJob(), "table", "whole_rare", "model", trained.ref());
            assertThat(report.perClass().get(1).name()).isEqualTo("rare");
            recall[i] = report.perClass().get(1).recall();
            InferReport inferred =
                    run(new InferJob(), "table", "whole_rare", "model", trained.ref(), "into", "whole_out_" + weights);
            assertThat(inferred.errors()).isZero();
            assertThat(spark().table("whole_out_" + weights)
                            .where("kind = 'rare' AND prediction = 'rare'")
                            .count())
                    .isEqualTo(Math.round(recall[i] * 200));
        }
        assertThat(recall[0]).as("without weights the common class wins").isLessThan(0.2);
        assertThat(recall[1]).as("with weights").isGreaterThan(0.5);
    }

    @Test
    void vectorsOfMllibAreColumnsLikeOthers() {
        spark().sql("SELECT id, transform(sequence(0, 3), i -> sin(id * (i + 1)) + IF(id % 2 = 0, 2, -2)) AS a,"
                        + " id % 2 = 0 AS even FROM range(1000)")
                .createOrReplaceTempView("whole_arrays");
        spark().table("whole_arrays")
                .withColumn("v", functions.array_to_vector(org.apache.spark.sql.functions.col("a")))
                .drop("a")
                .createOrReplaceTempView("whole_vectors");
        run(
                new TrainJob(),
                "table",
                "whole_vectors",
                "features",
                List.of("v"),
                "label",
                "even",
                "model",
                "vectors",
                "epochs",
                10);
        EvaluateReport report = run(new EvaluateJob(), "table", "whole_vectors", "model", "vectors");
        assertThat(report.accuracy()).isEqualTo(1.0);
        InferReport inferred = run(
                new InferJob(),
                "table",
                "whole_vectors",
                "model",
                "vectors",
                "into",
                "whole_vectors_out",
                "keep",
                List.of("id", "even"));
        assertThat(inferred.errors()).isZero();
        assertThat(spark().table("whole_vectors_out").where("prediction = even").count())
                .isEqualTo(1000);
        assertThat(spark().sql("SELECT predict('vectors', v).prediction = even AS same FROM whole_vectors")
                        .where("same")
                        .count())
                .isEqualTo(1000);
        assertThat(spark().sql("SELECT predict('vectors', a).prediction = even AS same FROM whole_arrays")
                        .where("same")
                        .count())
                .as("an array of numbers stands for a vector")
                .isEqualTo(1000);
    }

    @Test
    void foldersOfPicturesTrainAndAreLabelledByTheirFolder() throws IOException {
        Path images = folder.resolve("images");
        for (int i = 0; i < 120; i++) {
            String kind = i % 2 == 0 ? "across" : "down";
            Path file = Files.createDirectories(images.resolve(kind)).resolve(i + ".png");
            ImageIO.write(stripe(i, i % 2 == 0), "png", file.toFile());
        }
        TrainReport trained = run(
                new TrainJob(),
                "input",
                images.toString(),
                "format",
                "image",
                "features",
                List.of("content"),
                "label",
                "label",
                "model",
                "stripes",
                "epochs",
                20);
        assertThat(trained.network()).isEqualTo("cnn");
        assertThat(trained.classes()).isEqualTo(2);
        EvaluateReport report = run(
                new EvaluateJob(),
                "input",
                images.toString(),
                "format",
                "image",
                "model",
                "stripes",
                "report",
                folder + "/page");
        assertThat(report.rows()).isEqualTo(120);
        assertThat(report.accuracy()).isGreaterThan(0.9);

        Files.writeString(images.resolve("down/broken.png"), "no picture");
        InferReport inferred = run(
                new InferJob(),
                "input",
                images.toString(),
                "format",
                "image",
                "model",
                "stripes",
                "keep",
                List.of("path", "label"),
                "output",
                folder + "/out");
        assertThat(inferred.rows()).isEqualTo(121);
        assertThat(inferred.errors()).isEqualTo(1);
        Dataset<Row> out = spark().read().parquet(folder + "/out");
        assertThat(out.where("prediction = label").count()).isEqualTo(Math.round(report.accuracy() * 120));
        Row broken = out.where("error IS NOT NULL").select("path", "prediction").first();
        assertThat(broken.getString(0)).endsWith("down/broken.png");
        assertThat(broken.isNullAt(1)).isTrue();
    }

    private static BufferedImage stripe(int i, boolean across) {
        BufferedImage image = new BufferedImage(12, 12, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.setColor(new Color(40 + i % 40, 40 + i % 40, 40 + i % 40));
        pen.fillRect(0, 0, 12, 12);
        pen.setColor(Color.WHITE);
        int at = 1 + i / 2 % 9;
        pen.fillRect(across ? 0 : at, across ? at : 0, across ? 12 : 2, across ? 2 : 12);
        pen.dispose();
        return image;
    }
}
