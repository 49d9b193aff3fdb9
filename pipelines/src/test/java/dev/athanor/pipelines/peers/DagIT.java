package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code dags/athanor_train.py} in a real Airflow, against the real command line. */
@PeersProfile
class DagIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATE = "2026-01-02T03:04:05+00:00";
    private static final Pattern RUN_ID = Pattern.compile("run_id=(manual__[^,\\s]+)");

    @Test
    void trainsEvaluatesAndPromotesAndARetryDoesNothingTwice() throws Exception {
        Path root = Checkout.root();
        Path airflow = Checkout.python("airflow", root.resolve("dags/requirements.txt"))
                .resolveSibling("airflow");
        Path folder = Checkout.scratch("airflow");
        Map<String, String> environment = new HashMap<>();
        environment.put("AIRFLOW_HOME", folder.resolve("home").toString());
        environment.put("AIRFLOW__CORE__DAGS_FOLDER", root.resolve("dags").toString());
        environment.put("AIRFLOW__CORE__LOAD_EXAMPLES", "False");
        environment.put("PATH", airflow.getParent() + ":" + System.getenv("PATH"));
        Checkout.run(folder, environment, 120, List.of(airflow.toString(), "db", "migrate"))
                .succeeded();
        String warehouse = folder.resolve("warehouse").toString();
        athanor(
                warehouse,
                "quickstart",
                "--epochs",
                "2",
                "--report",
                folder.resolve("report").toString());

        String first = dag(airflow, folder, environment, warehouse, 0.5);
        assertThat(first).contains("promoting").contains("run_duration", "state=success");
        assertThat(versions(warehouse)).isEqualTo(2);
        assertThat(champion(warehouse)).isEqualTo(2);

        // A retry of a step in the same Airflow run gives back what it has, nothing is trained twice.
        Matcher run = RUN_ID.matcher(first);
        assertThat(run.find()).as("run id in: %s", first).isTrue();
        Checkout.Result retry = Checkout.run(
                folder,
                environment,
                400,
                List.of(airflow.toString(), "tasks", "test", "athanor_train", "train", run.group(1)));
        assertThat(retry.succeeded().out() + retry.err()).contains("digits@2");
        assertThat(versions(warehouse)).isEqualTo(2);

        athanor(warehouse, "models", "promote", "digits@1", "--alias", "champion");
        String strict = dag(airflow, folder, environment, warehouse, 1.0);
        assertThat(strict).contains("leaving the alias where it is", "state=success");
        assertThat(versions(warehouse)).isEqualTo(3);
        assertThat(champion(warehouse)).isEqualTo(1);
    }

    private static String dag(
            Path airflow, Path folder, Map<String, String> environment, String warehouse, double threshold)
            throws Exception {
        String conf = JSON.writeValueAsString(Map.of("warehouse", warehouse, "threshold", threshold, "epochs", 2));
        Checkout.Result result = Checkout.run(
                folder,
                environment,
                400,
                List.of(airflow.toString(), "dags", "test", "athanor_train", DATE, "--conf", conf));
        return result.succeeded().out() + result.err();
    }

    private static int versions(String warehouse) throws Exception {
        JsonNode models = athanor(warehouse, "models", "list");
        return models.findValues("version").size();
    }

    private static int champion(String warehouse) throws Exception {
        return athanor(warehouse, "models", "show", "digits@champion")
                .findValue("version")
                .asInt();
    }

    private static JsonNode athanor(String warehouse, String... arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(
                List.of(Checkout.root().resolve("athanor").toString(), "--json", "--warehouse", warehouse));
        command.addAll(List.of(arguments));
        Path folder = Files.createDirectories(Path.of(warehouse).getParent());
        return JSON.readTree(
                Checkout.run(folder, Map.of(), 200, command).succeeded().out());
    }
}
