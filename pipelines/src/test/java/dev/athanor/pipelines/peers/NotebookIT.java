package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code notebooks/quickstart.ipynb} in a real kernel, against the stock PySpark 4.0.1 distribution. */
@PeersProfile
class NotebookIT {
    @Test
    void theQuickstartRunsFromTopToBottom() throws Exception {
        Path root = Checkout.root();
        Path python = Checkout.python("notebooks", root.resolve("notebooks/requirements.txt"));
        Path folder = Checkout.scratch("notebook");
        Path notebook = Files.copy(root.resolve("notebooks/quickstart.ipynb"), folder.resolve("quickstart.ipynb"));
        Checkout.run(
                        folder,
                        Map.of(
                                "ATHANOR_HOME",
                                root.toString(),
                                "ATHANOR_WAREHOUSE",
                                folder.resolve("warehouse").toString(),
                                "SPARK_MASTER",
                                "local[2]",
                                "PATH",
                                python.getParent() + ":" + System.getenv("PATH")),
                        400,
                        List.of(
                                python.resolveSibling("jupyter-execute").toString(),
                                "--inplace",
                                "--timeout=300",
                                notebook.toString()))
                .succeeded();

        String executed = Files.readString(notebook);
        assertThat(executed).contains("of the digits kept aside are right").doesNotContain("Traceback");
    }
}
