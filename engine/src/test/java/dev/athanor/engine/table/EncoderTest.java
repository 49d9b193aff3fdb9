package dev.athanor.engine.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class EncoderTest {
    private static final ColumnSpec LABEL = Rows.string("class");

    private static EncodedBatch encode(EncoderPlan plan, RowBatch rows) {
        EncodedBatch batch = new EncodedBatch(plan.layout(), Math.max(1, rows.rows()));
        new Encoder(plan).encode(rows, batch);
        return batch;
    }

    private static List<Float> dense(EncodedBatch batch, int row) {
        List<Float> values = new ArrayList<>();
        for (int i = 0; i < batch.layout().denseWidth(); i++) {
            values.add((float) batch.dense().get(row, i));
        }
        return values;
    }

    @Test
    void numbersAreStandardisedAndMissingOnesFlagged() {
        List<ColumnSpec> features = List.of(Rows.number("a"), Rows.number("b"));
        TableProfile profile =
                Rows.profile(features, LABEL, Rows.row(1, 5, "x"), Rows.row(3, 5, "y"), Rows.row(null, 5, "x"));
        EncoderPlan plan = EncoderPlan.of(profile, "mlp");
        EncodedBatch batch = encode(
                plan,
                Rows.batch(
                        features,
                        null,
                        Rows.row(1, 5),
                        Rows.row(null, null),
                        Rows.row(1e300, 7),
                        Rows.row(Double.NEGATIVE_INFINITY, 5)));
        assertThat(dense(batch, 0)).containsExactly(-1f, 0f, 0f);
        assertThat(dense(batch, 1)).containsExactly(0f, 1f, 0f);
        assertThat(dense(batch, 2)).containsExactly(10f, 0f, 0f);
        assertThat(batch.error(2)).isNull();
        assertThat(batch.error(3)).isEqualTo("column a is -Infinity");
    }

    @Test
    void categoriesAreOneHotOrHashedByCardinality() {
        List<ColumnSpec> features = List.of(Rows.string("colour"), Rows.string("shop"));
        Object[][] rows = new Object[300][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Rows.row(i % 3 == 0 ? "red" : "blue", "shop " + i % 100, "c" + i % 2);
        }
        EncoderPlan plan = EncoderPlan.of(Rows.profile(features, LABEL, rows), "mlp");
        assertThat(plan.columns().get(0)).isEqualTo(new ColumnPlan.OneHot("colour", 0, List.of("blue", "red")));
        assertThat(plan.columns().get(1)).isInstanceOf(ColumnPlan.HashedCategory.class);
        EncodedBatch batch = encode(
                plan,
                Rows.batch(
                        features, null, Rows.row("red", "shop 1"), Rows.row("green", "shop 1"), Rows.row(null, null)));
        assertThat(dense(batch, 0)).containsExactly(0f, 1f, 0f);
        assertThat(dense(batch, 1)).containsExactly(0f, 0f, 1f);
        assertThat(dense(batch, 2)).containsExactly(0f, 0f, 1f);
        assertThat(batch.bag(0).size()).isEqualTo(2);
        assertThat(batch.bag(0).indices().ints()[0])
                .isEqualTo(batch.bag(0).indices().ints()[1])
                .isBetween(0, plan.layout().bags().get(0).buckets() - 1);
    }

    @Test
    void aRowKeptAsideIsEncodedAsThoughItHadNotBeenProfiled() {
        List<ColumnSpec> features = List.of(Rows.string("title"), Rows.string("body"));
        Object[] one = Rows.row("the cat sat on the mat", "some long text of known words", "x");
        Object[] two = Rows.row("the dog ate the whole cake", "more long text of known words", "y");
        Object[] aside = Rows.row("the cat ate an unheard-of pie", "a long text nobody knows", "x");
        TableProfile all = Rows.profile(features, LABEL, one, aside, two);
        EncoderPlan without = EncoderPlan.of(Rows.profile(features, LABEL, one, two), "text");
        EncodedBatch expected = encode(without, Rows.batch(features, LABEL, aside));
        EncodedBatch left = encode(EncoderPlan.of(all, "text").leavingOneOut(all), Rows.batch(features, LABEL, aside));
        EncodedBatch seen = encode(EncoderPlan.of(all, "text"), Rows.batch(features, LABEL, aside));
        for (int bag = 0; bag < 2; bag++) {
            assertThat(features(left.bag(bag))).isNotEmpty().isEqualTo(features(expected.bag(bag)));
            assertThat(features(seen.bag(bag)).size())
                    .isGreaterThan(features(left.bag(bag)).size());
        }
    }

    /** Weight by bucket of a bag's first row. */
    private static Map<Integer, Float> features(EncodedBatch.Bag bag) {
        Map<Integer, Float> features = new TreeMap<>();
        for (int i = 0; i < bag.offsets().ints()[1]; i++) {
            features.put(bag.indices().ints()[i], bag.weights().floats()[i]);
        }
        return features;
    }

    @Test
    void eachTextColumnHasABagOfItsOwnWithUnitLengths() {
        List<ColumnSpec> features = List.of(Rows.string("title"), Rows.string("body"));
        TableProfile profile = Rows.profile(
                features,
                LABEL,
                Rows.row("the cat sat on the mat", "first long text of some words", "x"),
                Rows.row("the dog ate the whole cake", "second long text of more words", "y"));
        EncoderPlan plan = EncoderPlan.of(profile, "text");
        assertThat(plan.layout().bags()).hasSize(2);
        EncodedBatch batch = encode(
                plan, Rows.batch(features, null, Rows.row("The CAT sat", null), Rows.row("zzz qqq", "text text of")));
        EncodedBatch.Bag title = batch.bag(0);
        int half = TextFeatures.DEFAULT.buckets() / 2;
        double words = 0;
        double runs = 0;
        for (int i = 0; i < title.offsets().ints()[1]; i++) {
            float w = title.weights().floats()[i];
            if (title.indices().ints()[i] < half) {
                words += w * w;
            } else {
                runs += w * w;
            }
        }
        assertThat(words).isCloseTo(1, within(1e-5));
        assertThat(runs).isCloseTo(1, within(1e-5));
        assertThat(title.offsets().ints()[2])
                .as("n-grams never seen in training are left out")
                .isEqualTo(title.offsets().ints()[1]);
        assertThat(batch.bag(1).offsets().ints()[1]).as("null is an empty bag").isZero();
        assertThat(batch.bag(1).size()).isPositive();
    }

    @Test
    void vectorsAreStandardisedOrReadAsPixels() {
        List<ColumnSpec> features = List.of(Rows.vector("v"));
        EncoderPlan plan = EncoderPlan.of(
                Rows.profile(features, LABEL, Rows.row(new float[] {-1, 7}, "x"), Rows.row(new float[] {3, 7}, "y")),
                "mlp");
        EncodedBatch batch = encode(
                plan,
                Rows.batch(
                        features,
                        null,
                        new Object[] {new float[] {3, 9}},
                        new Object[] {new float[] {1}},
                        new Object[] {null},
                        new Object[] {new float[] {1, Float.NaN}}));
        assertThat(dense(batch, 0)).containsExactly(1f, 0f);
        assertThat(batch.error(1)).isEqualTo("column v has 1 values, not 2");
        assertThat(batch.error(2)).isEqualTo("column v is null");
        assertThat(batch.error(3)).isEqualTo("column v holds NaN or an infinite value");
        assertThat(dense(batch, 3)).containsExactly(0f, 0f);

        float[] image = new float[64];
        image[5] = 16;
        TableProfile pixels = Rows.profile(features, LABEL, Rows.row(image, "x"), Rows.row(new float[64], "y"));
        assertThat(NetworkChoice.of(pixels, "auto"))
                .isEqualTo(new NetworkChoice(
                        "cnn", "column v holds vectors of 64 values from 0 to 16, read as images of 8x8"));
        EncoderPlan cnn = EncoderPlan.of(pixels, "cnn");
        assertThat(cnn.layout()).isEqualTo(new InputLayout(0, new InputLayout.ImageShape(8, 8, 1), List.of()));
        EncodedBatch encoded = encode(cnn, Rows.batch(features, null, new Object[] {image}));
        assertThat(encoded.image().get(0, 0, 5, 0)).isEqualTo(1);
        assertThat(EncoderPlan.of(pixels, "mlp").layout().denseWidth()).isEqualTo(64);
    }

    @Test
    void thePlanSurvivesJson() throws IOException {
        List<ColumnSpec> features =
                List.of(Rows.number("a"), Rows.string("colour"), Rows.string("title"), Rows.vector("v"));
        Object[][] rows = new Object[20][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Rows.row(
                    i, "c" + i % 2, "the title of article number " + i, new float[] {i, 1.25f * i}, "class " + i % 3);
        }
        EncoderPlan plan = EncoderPlan.of(Rows.profile(features, LABEL, rows), "mlp");
        JsonMapper json = JsonMapper.builder().build();
        EncoderPlan read =
                json.readValue(json.writeValueAsBytes(plan), EncoderPlan.class).withTensors(plan.tensors());
        assertThat(read).isEqualTo(plan);
        read.check(features);
        assertThatThrownBy(() -> read.check(features.subList(0, 3))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read.withTensors(java.util.Map.of()).check(features))
                .hasMessage("encoder.json does not fit column title of the signature");
    }

    @Test
    void badTrainingDataIsNamed() {
        assertTrainError(
                Rows.number("a"),
                "feature column a holds 1 NaN and 1 infinite values",
                1.0,
                Double.NaN,
                Double.POSITIVE_INFINITY);
        assertTrainError(Rows.number("a"), "feature column a is null in all rows", null, null, null);
        assertTrainError(
                Rows.vector("v"),
                "feature column v holds arrays of different lengths: 2 (2 rows), 1 (1 row)",
                new float[2],
                new float[1],
                new float[2]);
        assertTrainError(
                Rows.vector("v"),
                "feature column v holds NaN or infinite values in 1 rows",
                new float[2],
                new float[] {1, Float.NaN},
                new float[2]);
        assertTrainError(
                Rows.image("i"), "feature column i holds 3 values that are not PNG or JPEG images", "a", "b", "GIF89a");
    }

    private static void assertTrainError(ColumnSpec feature, String reason, Object a, Object b, Object c) {
        TableProfile profile =
                Rows.profile(List.of(feature), LABEL, Rows.row(a, "x"), Rows.row(b, "y"), Rows.row(c, "x"));
        assertThatThrownBy(() -> EncoderPlan.of(profile, "mlp"))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot train model: " + reason + ". ");
    }

    @Test
    void theTaskFollowsTheLabel() {
        assertThat(task("string", "a", "b", "a").classes()).containsExactly("a", "b");
        assertThat(task("boolean", true, false, true).classes()).containsExactly("false", "true");
        assertThat(task("int", 10, 9, 10, 9).classes()).containsExactly("9", "10");
        assertThat(task("double", 1.0, 0.0, 1.0).task()).isEqualTo(Task.REGRESSION);
        assertThat(task("decimal(10,2)", 1.0, 0.0, 1.0).task()).isEqualTo(Task.REGRESSION);
        assertThat(task("bigint", 5, 6, 7, 8, 9, 1).reason())
                .isEqualTo("regression, because its labels are whole numbers with 6 distinct values, too many for"
                        + " classes");
        assertLabelError("label column y has one class, '7', in all 3 rows", "int", 7, 7, 7);
        assertLabelError("label column y is null in all 2 rows", "string", null, null);
        assertLabelError("label column y holds 1 NaN or infinite values", "double", 1.0, Double.NaN);
        assertLabelError("label column y has the same value, 2.0, in all 2 rows", "double", 2.0, 2.0);
        assertLabelError("the table has no rows", "double");
        assertThat(task("double", 1.0, 0.0, 1.0, 0.0).reason())
                .isEqualTo(
                        "regression, because its labels are of type double; as they are whole, CAST(y AS INT) would make"
                                + " classes of them");
        assertThat(task("date", 0.0, 19753.0, 0.0, 19753.0).classes()).containsExactly("1970-01-01", "2024-01-31");
        assertThat(task("timestamp", 1e9 + 0.000001, 0.0, 0.0, 1e9 + 0.000001).classes())
                .containsExactly("1970-01-01T00:00:00Z", "2001-09-09T01:46:40.000001Z");
        assertThat(task("timestamp_ntz", -1.5, 60.0, 60.0, -1.5).classes())
                .containsExactly("1969-12-31T23:59:58.5", "1970-01-01T00:01:00");
        assertLabelError(
                "label column y holds 5 different values of type date in 5 rows, too many to be classes",
                "date",
                1.0,
                2.0,
                3.0,
                4.0,
                5.0);
    }

    @Test
    void labelsAreFoundByTheirValueAndByTheirText() {
        for (String type : List.of("date", "timestamp", "timestamp_ntz", "boolean", "int", "decimal(4,0)")) {
            LabelPlan plan = task(type, 0.0, 1.0, 0.0, 1.0);
            LabelEncoder encoder = new LabelEncoder(plan);
            FeatureColumn.Numbers numbers = new FeatureColumn.Numbers(2);
            FeatureColumn.Bytes texts = new FeatureColumn.Bytes(2);
            for (int i = 0; i < 2; i++) {
                numbers.append(i);
                byte[] text = plan.classes().get(i).getBytes(StandardCharsets.UTF_8);
                texts.append(text, 0, text.length);
                assertThat(encoder.classOf(numbers, i)).as(type).isEqualTo(i);
                assertThat(encoder.classOf(texts, i)).as(type).isEqualTo(i);
            }
        }
    }

    private static void assertLabelError(String reason, String type, Object... labels) {
        assertThatThrownBy(() -> task(type, labels))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot train model: " + reason + ". ");
    }

    private static LabelPlan task(String type, Object... labels) {
        ColumnSpec label = new ColumnSpec("y", type.equals("string") ? ColumnKind.STRING : ColumnKind.NUMBER, type);
        Object[][] rows = Arrays.stream(labels).map(y -> Rows.row(1.0, y)).toArray(Object[][]::new);
        return LabelPlan.of(Rows.profile(List.of(Rows.number("x")), label, rows));
    }

    @Test
    void networksAreCheckedAgainstTheColumns() {
        TableProfile numbers = Rows.profile(List.of(Rows.number("a")), LABEL, Rows.row(1, "x"), Rows.row(2, "y"));
        assertThat(NetworkChoice.of(numbers, "auto"))
                .isEqualTo(new NetworkChoice("linear", "only 2 rows, too few for hidden layers (200)"));
        assertThat(NetworkChoice.of(mixed(199), "auto"))
                .isEqualTo(new NetworkChoice("linear", "only 199 rows, too few for hidden layers (200)"));
        assertThat(NetworkChoice.of(mixed(200), "auto"))
                .isEqualTo(new NetworkChoice(
                        "mlp",
                        "2 columns (a, b) through hidden layers, which learn what they say together, beside 1 text"
                                + " column (title) as weighted n-grams"));
        assertThatThrownBy(() -> NetworkChoice.of(numbers, "cnn"))
                .hasMessageStartingWith("Cannot train network cnn: no feature column holds images");
        assertThatThrownBy(() -> NetworkChoice.of(numbers, "text"))
                .hasMessageStartingWith("Cannot train network text: no feature column holds text.");
        assertThatThrownBy(() -> NetworkChoice.of(numbers, "liner"))
                .hasMessage("Cannot choose network: there is no kind 'liner'. Did you mean 'linear'.");
    }

    private static TableProfile mixed(int rows) {
        return Rows.profile(
                List.of(Rows.number("a"), Rows.string("title"), Rows.number("b")),
                LABEL,
                java.util.stream.IntStream.range(0, rows)
                        .mapToObj(i -> Rows.row(i, "article number " + i, -i, "c" + i % 2))
                        .toArray(Object[][]::new));
    }

    @Test
    void encodingAllocatesNothingInTheSteadyState() {
        List<ColumnSpec> features =
                List.of(Rows.number("a"), Rows.string("colour"), Rows.string("title"), Rows.vector("v"));
        Object[][] rows = new Object[64][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Rows.row(i, "c" + i % 2, "the títle of article " + i, new float[] {i, 1.25f * i}, "c" + i % 3);
        }
        EncoderPlan plan = EncoderPlan.of(Rows.profile(features, LABEL, rows), "mlp");
        RowBatch batch = Rows.batch(features, LABEL, rows);
        EncodedBatch encoded = new EncodedBatch(plan.layout(), 64);
        Encoder encoder = new Encoder(plan);
        for (int i = 0; i < 500; i++) {
            encoder.encode(batch, encoded);
        }
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            encoder.encode(batch, encoded);
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }

    @Test
    void anyBytesAndAnyLengthAreText() {
        TextHasher hasher = new TextHasher(TextFeatures.DEFAULT);
        long seed = 99;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 500; round++) {
            byte[] data = new byte[random.nextInt(60)];
            random.nextBytes(data);
            int n = hasher.hash(data, 0, data.length);
            for (int i = 0; i < n; i++) {
                assertThat(hasher.bucket(i)).as("seed " + seed).isBetween(0, (1 << 18) - 1);
            }
        }
        byte[] large = "word and another ".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        assertThat(large.length).isGreaterThan(3 << 20);
        assertThat(hasher.hash(large, 0, large.length)).isBetween(10, 45);
        assertThat(hasher.words()).isLessThan(1 << 15);
        assertThat(features(hasher, "ÜBER straße")).isEqualTo(features(hasher, "über STRAßE"));
        assertThat(features(hasher, "𝒳 😀 x")).isNotEqualTo(features(hasher, "x"));
        assertThat(features(hasher, "日本")).isNotEqualTo(features(hasher, "本日"));
        assertThat(features(hasher, "  ...!  ")).isEmpty();
    }

    private static List<Integer> features(TextHasher hasher, String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        int n = hasher.hash(data, 0, data.length);
        List<Integer> buckets = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            buckets.add(hasher.bucket(i));
        }
        buckets.sort(null);
        return buckets;
    }
}
