package dev.athanor.pipelines.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A standalone Spark cluster of this machine: a master and a worker of two cores, in processes of their own. */
final class StandaloneCluster implements AutoCloseable {
    private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
    private static final Pattern REGISTERED = Pattern.compile("Successfully registered with master");
    private static final int SECONDS = 60;

    private final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private String master;

    private StandaloneCluster(Path folder) {
        this.folder = folder;
    }

    static StandaloneCluster start(StockSpark spark, Path folder) throws Exception {
        StandaloneCluster cluster = new StandaloneCluster(folder);
        try {
            cluster.launch(spark, "master", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0");
            cluster.master = cluster.await("master", MASTER).group(1);
            cluster.launch(
                    spark,
                    "worker",
                    "--host",
                    "127.0.0.1",
                    "--webui-port",
                    "0",
                    "--cores",
                    "2",
                    "--memory",
                    "4g",
                    "--work-dir",
                    cluster.work().toString(),
                    cluster.master);
            cluster.await("worker", REGISTERED);
            return cluster;
        } catch (Exception | AssertionError e) {
            cluster.close();
            throw e;
        }
    }

    /** Its address, {@code spark://host:port}. */
    String master() {
        return master;
    }

    /** Executors that were started so far, for all applications. */
    long executors() throws IOException {
        try (Stream<Path> files = Files.walk(work(), 2)) {
            return files.filter(f -> f.getFileName().toString().matches("\\d+")).count();
        }
    }

    private Path work() throws IOException {
        return Files.createDirectories(folder.resolve("work"));
    }

    private void launch(StockSpark spark, String role, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                spark.program("spark-class"),
                role.equals("master")
                        ? "org.apache.spark.deploy.master.Master"
                        : "org.apache.spark.deploy.worker.Worker"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(role).toFile());
        builder.environment().putAll(spark.environment());
        processes.add(builder.start());
    }

    private Path log(String role) {
        return folder.resolve(role + ".log");
    }

    private Matcher await(String role, Pattern line) throws Exception {
        for (int i = 0; i < SECONDS * 5; i++) {
            if (Files.exists(log(role))) {
                Matcher found = line.matcher(Files.readString(log(role)));
                if (found.find()) {
                    return found;
                }
            }
            Thread.sleep(200);
        }
        throw new AssertionError("the " + role + " did not say '" + line + "': " + Files.readString(log(role)));
    }

    @Override
    public void close() {
        // The worker first: it ends its executors.
        for (int i = processes.size() - 1; i >= 0; i--) {
            Process process = processes.get(i);
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
