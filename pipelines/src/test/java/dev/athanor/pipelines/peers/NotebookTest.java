package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NotebookTest {
    @Test
    void theJupyterNotebookIsCommittedWithoutOutputs() throws Exception {
        JsonNode notebook = read("notebooks/quickstart.ipynb");

        assertThat(notebook.path("nbformat").asInt()).isEqualTo(4);
        Set<String> ids = new HashSet<>();
        for (JsonNode cell : notebook.path("cells")) {
            assertThat(ids.add(cell.path("id").asText())).isTrue();
            assertThat(cell.path("cell_type").asText()).isIn("markdown", "code");
            if (cell.path("cell_type").asText().equals("code")) {
                assertThat(cell.path("outputs")).isEmpty();
                assertThat(cell.path("execution_count").isNull()).isTrue();
            }
        }
        assertThat(ids).hasSizeGreaterThan(10);
    }

    /** Without the mark that the quickstart sets, it would take the tables for the user's own and refuse to run. */
    @Test
    void theTablesBearTheQuickstartsMark() throws Exception {
        List<String> statements = new ArrayList<>();
        for (JsonNode cell : read("notebooks/quickstart.ipynb").path("cells")) {
            StringBuilder source = new StringBuilder();
            cell.path("source").forEach(line -> source.append(line.asText()));
            if (source.toString().contains("CREATE OR REPLACE TABLE")) {
                statements.add(source.toString());
            }
        }
        assertThat(statements).hasSize(3).allSatisfy(statement -> assertThat(statement)
                .matches("(?s)%%sql\nCREATE OR REPLACE TABLE digits(_train|_test)? USING delta"
                        + " TBLPROPERTIES \\('athanor.quickstart' = 'true'\\) AS.*"));
    }

    /** The structure only: no Zeppelin for Spark 4 is to be had from the package registry. */
    @Test
    void theZeppelinNoteHasSqlParagraphsWithoutResults() throws Exception {
        JsonNode note = read("notebooks/quickstart.zpln");

        assertThat(note.path("name").asText()).isEqualTo("Athanor/quickstart");
        Set<String> ids = new HashSet<>();
        int statements = 0;
        for (JsonNode paragraph : note.path("paragraphs")) {
            assertThat(ids.add(paragraph.path("id").asText())).isTrue();
            assertThat(paragraph.path("status").asText()).isEqualTo("READY");
            assertThat(paragraph.has("results")).isFalse();
            assertThat(paragraph.path("text").asText()).matches("(?s)%(md|spark\\.sql)\n.+");
            statements += paragraph.path("text").asText().startsWith("%spark.sql") ? 1 : 0;
        }
        assertThat(statements).isEqualTo(4);
    }

    private static JsonNode read(String path) throws Exception {
        Path file = Checkout.root().resolve(path);
        return new ObjectMapper().readTree(file.toFile());
    }
}
