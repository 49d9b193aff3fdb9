package dev.athanor.engine.table;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import dev.athanor.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How rows become network inputs, and labels become targets: {@code encoder.json} of a model package.
 *
 * <p>Immutable, safe to share. What is too large for JSON, the inverse document frequencies, travels as tensors beside
 * it: {@link #tensors()} to store, {@link #withTensors} to bring back.
 *
 * @param formatVersion 1
 * @param columns one plan per feature column, in the order of the signature
 * @param label plan of the label
 * @param layout what an encoded row looks like
 * @param tensors named tensors, {@code encoder.idf.0} for bag 0
 * @param tokenizer of the columns that are tokens, or null where there are none
 */
public record EncoderPlan(
        int formatVersion,
        List<ColumnPlan> columns,
        LabelPlan label,
        InputLayout layout,
        @JsonIgnore Map<String, Tensor> tensors,
        @JsonIgnore Tokenizer tokenizer) {
    /** Prefix of the names of {@link #tensors()}. */
    public static final String TENSOR_PREFIX = "encoder.";

    public EncoderPlan {
        columns = List.copyOf(columns);
        tensors = tensors == null ? Map.of() : new LinkedHashMap<>(tensors);
    }

    /**
     * Plans the encoding of a profiled table whose columns are texts, all together one sequence of tokens.
     *
     * @param maxTokens longest sequence, special tokens included
     * @param lowerCase whether texts are lower-cased first
     * @param vocabulary ids that the network knows
     */
    public static EncoderPlan ofTexts(
            TableProfile profile, Tokenizer tokenizer, int maxTokens, boolean lowerCase, int vocabulary) {
        LabelPlan label = LabelPlan.of(profile);
        List<ColumnPlan> columns = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (ColumnSpec feature : profile.features()) {
            columns.add(new ColumnPlan.Tokens(feature.name(), 0, maxTokens, lowerCase));
            names.add(feature.name());
        }
        InputLayout layout =
                new InputLayout(0, null, List.of(new InputLayout.BagShape(String.join(", ", names), vocabulary)));
        return new EncoderPlan(1, columns, label, layout, Map.of(), tokenizer);
    }

    /** The same plan with a tokenizer. */
    public EncoderPlan withTokenizer(Tokenizer other) {
        return new EncoderPlan(formatVersion, columns, label, layout, tensors, other);
    }

    /**
     * Plans the encoding of a profiled table.
     *
     * @param network {@code cnn} gives the network an image; every other kind gets the pixels as dense features
     */
    public static EncoderPlan of(TableProfile profile, String network) {
        LabelPlan label = LabelPlan.of(profile);
        ColumnPlanner planner = new ColumnPlanner(profile, network.equals("cnn"));
        List<ColumnPlan> columns = new ArrayList<>();
        for (int i = 0; i < profile.features().size(); i++) {
            columns.add(planner.plan(i));
        }
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i) instanceof ColumnPlan.HashedText text) {
                tensors.put(
                        idfName(text.bag()),
                        inverseFrequencies(
                                (ColumnProfile.Strings) profile.columns().get(i), 0));
            }
        }
        return new EncoderPlan(1, columns, label, planner.layout(), tensors, null);
    }

    /**
     * The same plan for the profiled rows that are kept aside: each is encoded as if the profile had been taken without
     * it. What only it says then weighs nothing, as with rows that come later. Otherwise every text kept aside would be
     * diluted by n-grams that no weight was learnt for, and confidence calibrated on it would be too high for new texts.
     *
     * @param profile that this plan was made of
     */
    public EncoderPlan leavingOneOut(TableProfile profile) {
        Map<String, Tensor> without = new LinkedHashMap<>(tensors);
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i) instanceof ColumnPlan.HashedText text) {
                without.put(
                        idfName(text.bag()),
                        inverseFrequencies(
                                (ColumnProfile.Strings) profile.columns().get(i), 1));
            }
        }
        return withTensors(without);
    }

    /** The same plan with tensors read from a package. */
    public EncoderPlan withTensors(Map<String, Tensor> stored) {
        return new EncoderPlan(formatVersion, columns, label, layout, stored, tokenizer);
    }

    /** Numbers in the vectors of one row: the lengths of the vector columns together. */
    public long vectorNumbers() {
        long numbers = 0;
        for (ColumnPlan column : columns) {
            if (column instanceof ColumnPlan.DenseVector vector) {
                numbers += vector.length();
            } else if (column instanceof ColumnPlan.VectorImage image) {
                numbers += image.shape().size();
            }
        }
        return numbers;
    }

    /** Indices of the bags that are texts. */
    public List<Integer> textBags() {
        return columns.stream()
                .filter(ColumnPlan.HashedText.class::isInstance)
                .map(c -> ((ColumnPlan.HashedText) c).bag())
                .toList();
    }

    /** Memory of the tensors, in bytes. */
    public long bytes() {
        return tensors.values().stream()
                .mapToLong(t -> (long) t.size() * t.dtype().bytes())
                .sum();
    }

    /**
     * Checks that the plan holds together, as one read from a file may not.
     *
     * @param features the signature it must encode
     * @throws IllegalArgumentException naming the column that does not fit
     */
    public void check(List<ColumnSpec> features) {
        if (formatVersion != 1 || features.size() != columns.size() || label == null || layout == null) {
            throw new IllegalArgumentException("encoder.json does not fit the signature of the model");
        }
        int bags = layout.bags().size();
        int imageSize = layout.image() == null ? -1 : layout.image().size();
        for (int i = 0; i < columns.size(); i++) {
            ColumnPlan column = columns.get(i);
            boolean fits;
            if (column instanceof ColumnPlan.Standardised p) {
                fits = isDense(features.get(i), ColumnKind.NUMBER, p.dense(), p.features());
            } else if (column instanceof ColumnPlan.OneHot p) {
                fits = isDense(features.get(i), ColumnKind.STRING, p.dense(), p.features());
            } else if (column instanceof ColumnPlan.HashedCategory p) {
                fits = p.bag() >= 0
                        && p.bag() < bags
                        && p.bits() > 0
                        && p.bits() < 31
                        && layout.bags().get(p.bag()).buckets() == 1 << p.bits();
            } else if (column instanceof ColumnPlan.HashedText p) {
                fits = p.bag() >= 0
                        && p.bag() < bags
                        && layout.bags().get(p.bag()).buckets() == p.text().buckets()
                        && idf(p.bag()) != null
                        && idf(p.bag()).dtype() == DType.FLOAT32
                        && idf(p.bag()).size() == p.text().buckets();
            } else if (column instanceof ColumnPlan.Tokens p) {
                fits = features.get(i).kind() == ColumnKind.STRING
                        && p.bag() == 0
                        && bags == 1
                        && p.maxTokens() > 0
                        && tokenizer != null
                        && tokenizer.vocabulary().size() <= layout.bags().get(0).buckets();
            } else if (column instanceof ColumnPlan.DenseVector p) {
                fits = isDense(features.get(i), ColumnKind.VECTOR, p.dense(), p.features())
                        && isOneOrAll(p.mean(), p.length())
                        && isOneOrAll(p.scale(), p.length());
            } else if (column instanceof ColumnPlan.VectorImage p) {
                fits = features.get(i).kind() == ColumnKind.VECTOR && p.shape().equals(layout.image());
            } else if (column instanceof ColumnPlan.ImageFile p) {
                fits = p.dense() < 0
                        ? p.shape().size() == imageSize
                        : isDense(features.get(i), ColumnKind.IMAGE_FILE, p.dense(), p.features());
            } else {
                fits = false;
            }
            if (!fits || !column.column().equals(features.get(i).name())) {
                throw new IllegalArgumentException(
                        "encoder.json does not fit column " + features.get(i).name() + " of the signature");
            }
        }
    }

    private boolean isDense(ColumnSpec spec, ColumnKind kind, int from, int width) {
        return spec.kind() == kind && from >= 0 && width >= 0 && (long) from + width <= layout.denseWidth();
    }

    private static boolean isOneOrAll(List<Float> values, int length) {
        return values.size() == 1 || values.size() == length;
    }

    /** Inverse document frequency per bucket of a text bag (V); 0 for buckets that training never saw. */
    Tensor idf(int bag) {
        return tensors.get(idfName(bag));
    }

    private static String idfName(int bag) {
        return TENSOR_PREFIX + "idf." + bag;
    }

    /**
     * {@code 1 + ln((1 + n) / (1 + df))}: the smooth form that scikit-learn's TfidfTransformer documents.
     *
     * @param leftOut how many documents to leave out of {@code n} and, where a bucket has them, of its {@code df}
     */
    private static Tensor inverseFrequencies(ColumnProfile.Strings column, int leftOut) {
        int[] documents = column.documents();
        double n = column.rows() - column.nulls() - leftOut;
        Tensor idf = Tensor.zeros(DType.FLOAT32, documents.length);
        for (int i = 0; i < documents.length; i++) {
            int df = documents[i] - leftOut;
            if (df > 0) {
                idf.floats()[idf.offset() + i] = (float) (1 + Math.log((1 + n) / (1 + df)));
            }
        }
        return idf;
    }
}
