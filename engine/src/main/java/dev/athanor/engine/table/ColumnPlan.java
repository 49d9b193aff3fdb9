package dev.athanor.engine.table;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** How one feature column is encoded; {@code dense} says where its first dense feature stands. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "encoding")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ColumnPlan.Standardised.class, name = "standardised"),
    @JsonSubTypes.Type(value = ColumnPlan.OneHot.class, name = "one_hot"),
    @JsonSubTypes.Type(value = ColumnPlan.HashedCategory.class, name = "hashed_category"),
    @JsonSubTypes.Type(value = ColumnPlan.HashedText.class, name = "hashed_text"),
    @JsonSubTypes.Type(value = ColumnPlan.Tokens.class, name = "tokens"),
    @JsonSubTypes.Type(value = ColumnPlan.DenseVector.class, name = "dense_vector"),
    @JsonSubTypes.Type(value = ColumnPlan.VectorImage.class, name = "vector_image"),
    @JsonSubTypes.Type(value = ColumnPlan.ImageFile.class, name = "image_file")
})
public sealed interface ColumnPlan {
    /** Name of the column. */
    String column();

    /** Dense features it fills. */
    int features();

    /**
     * {@code (x - mean) · scale}, held within ±10; null becomes the mean, and 1 in a second feature when {@code flag}.
     * NaN and infinite values are errors.
     */
    record Standardised(String column, int dense, double mean, double scale, boolean flag) implements ColumnPlan {
        @Override
        public int features() {
            return flag ? 2 : 1;
        }
    }

    /** One feature per known value; null and unknown values share a last one. */
    record OneHot(String column, int dense, List<String> values) implements ColumnPlan {
        public OneHot {
            values = List.copyOf(values);
        }

        @Override
        public int features() {
            return values.size() + 1;
        }
    }

    /** The whole value as one hashed feature; null is an empty bag. */
    record HashedCategory(String column, int bag, int bits) implements ColumnPlan {
        @Override
        public int features() {
            return 0;
        }
    }

    /**
     * Hashed n-grams, weighted {@code (1 + ln tf) · idf}, the words and the character runs each scaled to length 1; null
     * is an empty bag. The inverse document frequencies are the tensor {@link EncoderPlan#idf}.
     */
    record HashedText(String column, int bag, TextFeatures text) implements ColumnPlan {
        @Override
        public int features() {
            return 0;
        }
    }

    /**
     * A text as part of the row's one sequence of tokens, whose ids are the bag's features and whose types their weights;
     * all columns of a row have the same. Null is an empty text.
     *
     * @param maxTokens longest sequence, special tokens included; longer ones are cut
     * @param lowerCase whether texts are lower-cased before the tokenizer sees them
     */
    record Tokens(String column, int bag, int maxTokens, boolean lowerCase) implements ColumnPlan {
        @Override
        public int features() {
            return 0;
        }
    }

    /**
     * A vector as dense features, {@code (x - mean[i]) · scale[i]} held within ±10; lists of one value hold for all
     * elements. A null, ragged or not finite vector is an error.
     */
    record DenseVector(String column, int dense, int length, List<Float> mean, List<Float> scale)
            implements ColumnPlan {
        public DenseVector {
            mean = List.copyOf(mean);
            scale = List.copyOf(scale);
        }

        @Override
        public int features() {
            return length;
        }
    }

    /** A vector of height·width·channels pixels as the image, {@code x · scale}. */
    record VectorImage(String column, InputLayout.ImageShape shape, float scale) implements ColumnPlan {
        @Override
        public int features() {
            return 0;
        }
    }

    /**
     * A PNG or JPEG, scaled to one size, {@code x / 255}.
     *
     * @param dense where its pixels stand among the dense features, or -1 when it is the image of the layout
     */
    record ImageFile(String column, int dense, InputLayout.ImageShape shape) implements ColumnPlan {
        @Override
        public int features() {
            return dense < 0 ? 0 : shape.size();
        }
    }
}
