package dev.athanor.spark.internal.catalyst;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.spark.SparkTestSession;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class VectorCallSparkTest extends SparkTestSession {
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
    void otherTypesAndLengthsAreErrors() {
        assertThatThrownBy(() -> sql("SELECT vector_l2_distance(array(1.0D), array(1F))"))
                .hasMessageContaining(
                        "Cannot call vector_l2_distance: its arguments are (array<double>, array<float>)");
        assertThatThrownBy(() -> sql("SELECT vector_l2_distance(array(1F), array(1F, 2F))"))
                .hasStackTraceContaining("the vectors have 1 and 2 elements");
    }
}
