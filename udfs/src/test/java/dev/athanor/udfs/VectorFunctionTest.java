package dev.athanor.udfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.AthanorException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

class VectorFunctionTest {
    private static final VectorFunction COSINE = new VectorCosineSimilarity();
    private static final VectorFunction INNER = new VectorInnerProduct();
    private static final VectorFunction L2 = new VectorL2Distance();

    private static Seq<Float> vector(Float... elements) {
        return CollectionConverters.asScala(Arrays.asList(elements));
    }

    @Test
    void knownValues() {
        assertThat(INNER.call(vector(1f, 2f, 3f), vector(4f, 5f, 6f))).isEqualTo(32f);
        assertThat(L2.call(vector(1f, 2f), vector(4f, 6f))).isEqualTo(5f);
        assertThat(COSINE.call(vector(1f, 0f), vector(0f, 2f))).isZero();
        assertThat(COSINE.call(vector(1f, 1f), vector(-2f, -2f))).isEqualTo(-1f);
    }

    @Test
    void nullVectorsAndNullElementsGiveNull() {
        for (VectorFunction function : VectorFunctions.all()) {
            assertThat(function.call(null, vector(1f))).isNull();
            assertThat(function.call(vector(1f), null)).isNull();
            assertThat(function.call(vector(1f, null), vector(1f, 2f))).isNull();
        }
    }

    @Test
    void emptyAndZeroVectors() {
        assertThat(INNER.call(vector(), vector())).isZero();
        assertThat(L2.call(vector(), vector())).isZero();
        assertThat(COSINE.call(vector(), vector())).isNull();
        assertThat(COSINE.call(vector(0f, 0f), vector(1f, 2f))).isNull();
    }

    @Test
    void lengthsThatDifferAreAnError() {
        assertThatThrownBy(() -> L2.call(vector(1f), vector(1f, 2f)))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot compute vector_l2_distance: the vectors have 1 and 2 elements."
                        + " Compare vectors of one length, made by one model.");
    }

    @Test
    void awkwardLengthsEqualThePlainSum() {
        for (int length : new int[] {1, 3, 7, 13, 31, 207, 4098}) {
            Random random = new Random(length);
            float[] a = new float[length];
            float[] b = new float[length];
            double expected = 0;
            for (int i = 0; i < length; i++) {
                a[i] = (float) random.nextGaussian();
                b[i] = (float) random.nextGaussian();
                expected += (double) a[i] * b[i];
            }
            assertThat(INNER.apply(a, b, length).doubleValue())
                    .as("length %s", length)
                    .isCloseTo(expected, within(1e-6 * length));
        }
    }

    @Test
    void notANumberStaysNotANumber() {
        assertThat(INNER.call(vector(Float.NaN), vector(1f))).isNaN();
        assertThat(L2.call(vector(Float.NaN), vector(1f))).isNaN();
    }
}
