package dev.athanor.udfs;

import dev.athanor.engine.AthanorException;
import java.util.List;
import org.apache.spark.sql.api.java.UDF2;
import scala.collection.Seq;

/**
 * A function of two vectors, {@code ARRAY<FLOAT>} both; stateless, safe for many threads.
 *
 * <p>Names and rules are those of Spark 4.2: null when a vector or an element of one is null, an error when lengths
 * differ. A session with Athanor has these functions by name; elsewhere register one as
 * {@code spark.udf().register("vector_l2_distance", new VectorL2Distance(), DataTypes.FloatType)}.
 */
public abstract sealed class VectorFunction implements UDF2<Seq<Float>, Seq<Float>, Float>
        permits VectorCosineSimilarity, VectorInnerProduct, VectorL2Distance {
    private static final long serialVersionUID = 1L;

    VectorFunction() {}

    /** Name in SQL. */
    public abstract String name();

    /** One sentence for {@code DESCRIBE FUNCTION}. */
    public abstract String doc();

    /** When it is null and when it fails, as sentences. */
    public String nulls() {
        return "Null where a vector or an element of one is null. An error where the vectors have different lengths.";
    }

    /** A call of it and what that gives: {@code vector_l2_distance(array(1f), array(3f))}, {@code 2.0}. */
    public abstract List<String> example();

    /**
     * The function over the first {@code length} elements of each array.
     *
     * @return null where the function is not defined
     */
    public abstract Float apply(float[] a, float[] b, int length);

    /** @throws AthanorException when the lengths differ */
    @Override
    public final Float call(Seq<Float> a, Seq<Float> b) {
        if (a == null || b == null) {
            return null;
        }
        requireSameLength(a.length(), b.length());
        float[] left = new float[a.length()];
        float[] right = new float[a.length()];
        return copy(a, left) && copy(b, right) ? apply(left, right, left.length) : null;
    }

    /** @throws AthanorException when the lengths differ */
    public final void requireSameLength(int a, int b) {
        if (a != b) {
            throw new AthanorException(
                    "Cannot compute " + name(),
                    "the vectors have " + a + " and " + b + " elements",
                    "Compare vectors of one length, made by one model");
        }
    }

    /** Whether no element was null. */
    private static boolean copy(Seq<Float> from, float[] to) {
        for (int i = 0; i < to.length; i++) {
            Float element = from.apply(i);
            if (element == null) {
                return false;
            }
            to[i] = element;
        }
        return true;
    }

    /** Sum of products, in double so that long vectors lose nothing. */
    static double dot(float[] a, float[] b, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            s0 += (double) a[i] * b[i];
            s1 += (double) a[i + 1] * b[i + 1];
            s2 += (double) a[i + 2] * b[i + 2];
            s3 += (double) a[i + 3] * b[i + 3];
        }
        for (; i < length; i++) {
            s0 += (double) a[i] * b[i];
        }
        return s0 + s1 + s2 + s3;
    }
}
