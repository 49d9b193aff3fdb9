package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.spark.SparkTestSession;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class VectorCallSparkTest extends SparkTestSession {
    private static final Set<String> NEED_A_MODEL =
            Set.of(PredictFunction.NAME, AiEmbedFunction.NAME, AiSimilarityFunction.NAME, "ai_gen");

    @Test
    void everySessionHasTheVectorFunctions() {
        List<Row> rows = sql(
                "SELECT vector_inner_product(a, b), vector_l2_distance(a, b),"
                        + " vector_cosine_similarity(a, b) FROM VALUES (array(3F, 4F), array(0F, 0F)),"
                        + " (array(3F, 4F), array(6F, 8F)), (array(3F, NULL), array(1F, 1F)), (NULL, array(1F, 1F)) AS t(a, b)");
        assertThat(rows)
                .containsExactly(
                        RowFactory.create(0f, 5f, null),
                        RowFactory.create(50f, 5f, 1f),
                        RowFactory.create(null, null, null),
                        RowFactory.create(null, null, null));
        assertThat(sql("DESCRIBE FUNCTION vector_l2_distance").toString()).contains("Euclidean distance");
    }

    @Test
    void everyFunctionSaysHowItIsCalledAndWhatNullsDo() {
        for (SqlFunctions.Description f : SqlFunctions.descriptions()) {
            assertThat(f.usage()).startsWith(f.name() + "(").contains(") - Returns ");
            assertThat(f.note()).as(f.name()).matches("(?s).*[Nn]ull.*\\.");
            String described = sql("DESCRIBE FUNCTION EXTENDED " + f.name()).toString();
            assertThat(described).contains(f.usage(), f.note());
            List<String> example = f.examples().lines().map(String::strip).toList();
            assertThat(example).as(f.name()).hasSize(2);
            assertThat(example.get(0)).startsWith("> SELECT " + f.name() + "(").endsWith(";");
            if (!NEED_A_MODEL.contains(f.name())) {
                String query = example.get(0).substring(2, example.get(0).length() - 1);
                assertThat(sql(query).get(0).get(0)).hasToString(example.get(1));
            }
        }
    }

    @Test
    void whatTheNotesSayOfEmptyAndZeroVectorsHolds() {
        assertThat(
                        sql(
                                "SELECT vector_inner_product(a, a), vector_l2_distance(a, a), vector_cosine_similarity(a, a),"
                                        + " vector_cosine_similarity(array(0F), array(1F)) FROM VALUES (CAST(array() AS array<float>)) AS t(a)"))
                .containsExactly(RowFactory.create(0f, 0f, null, null));
    }

    @Test
    void otherTypesAndLengthsAreErrors() {
        assertThatThrownBy(() -> sql("SELECT vector_l2_distance(array(1.0D), array(1F))"))
                .hasMessageContaining(
                        "Cannot call vector_l2_distance: its arguments are (array<double>, array<float>)");
        assertThatThrownBy(() -> sql("SELECT vector_l2_distance(array(1F), array(1F, 2F))"))
                .hasStackTraceContaining("the vectors have 1 and 2 elements");
    }
}
