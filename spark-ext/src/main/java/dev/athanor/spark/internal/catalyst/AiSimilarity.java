package dev.athanor.spark.internal.catalyst;

import dev.athanor.udfs.VectorCosineSimilarity;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/** {@code ai_similarity(a, b)}: the cosine similarity of the vectors of two texts. Its children are the vectors. */
public final class AiSimilarity extends VectorCall {
    private static final long serialVersionUID = 1L;

    private final boolean namesModel;

    private AiSimilarity(Seq<Expression> vectors, boolean namesModel) {
        super(new VectorCosineSimilarity(), vectors);
        this.namesModel = namesModel;
    }

    /** @param namesModel whether the call was written with a model */
    static AiSimilarity of(AiEmbed a, AiEmbed b, boolean namesModel) {
        return new AiSimilarity(Seqs.of(List.<Expression>of(a, b)), namesModel);
    }

    @Override
    public Expression withNewChildrenInternal(IndexedSeq<Expression> newChildren) {
        return new AiSimilarity(newChildren, namesModel);
    }

    /** As the user wrote it, for the name of a column without alias. */
    @Override
    public String sql() {
        if (!(children().apply(0) instanceof AiEmbed a) || !(children().apply(1) instanceof AiEmbed b)) {
            return super.sql();
        }
        return AiSimilarityFunction.NAME + "(" + a.features().get(0).sql() + ", "
                + b.features().get(0).sql() + (namesModel ? ", " + a.handle().sql() : "") + ")";
    }
}
