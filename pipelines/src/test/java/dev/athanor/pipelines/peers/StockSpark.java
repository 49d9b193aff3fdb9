package dev.athanor.pipelines.peers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The stock Spark 4.0.1 distribution inside the Python package {@code pyspark}, and the jar that this build made for it.
 *
 * @param home its {@code SPARK_HOME}
 * @param python the interpreter of its environment
 * @param jar what {@code spark-submit} runs
 */
record StockSpark(Path home, Path python, Path jar) {
    private static final int SECONDS = 240;

    /** Makes the environment when it is missing; aborts the test without Python. */
    static StockSpark installed() throws Exception {
        Path root = Checkout.root();
        Path python = Checkout.python("notebooks", root.resolve("notebooks/requirements.txt"));
        String home = Checkout.run(
                        root,
                        Map.of(),
                        60,
                        List.of(
                                python.toString(),
                                "-c",
                                "import os, pyspark; print(os.path.dirname(pyspark.__file__))"))
                .succeeded()
                .out()
                .strip();
        return new StockSpark(Path.of(home), python, jar(root.resolve("pipelines/target")));
    }

    private static Path jar(Path target) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(target, "athanor-pipelines-*.jar")) {
            found.forEach(jars::add);
        }
        return jars.stream()
                .filter(jar -> !jar.getFileName().toString().matches(".*-(tests|sources|javadoc)\\.jar"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no jar in " + target + ": run mvn package"));
    }

    /** What its programs need in their environment. */
    Map<String, String> environment() {
        return new HashMap<>(Map.of(
                "SPARK_HOME", home.toString(), "PYSPARK_PYTHON", python.toString(), "SPARK_LOCAL_IP", "127.0.0.1"));
    }

    /** {@code spark-submit} with the options that the README gives, then {@code [options] JAR arguments}. */
    Checkout.Result submit(Path folder, List<String> options, List<String> arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program("spark-submit"),
                "--load-spark-defaults",
                "--properties-file",
                Checkout.root().resolve("conf/spark-defaults.conf").toString()));
        command.addAll(options);
        command.add(jar.toString());
        command.addAll(arguments);
        return Checkout.run(folder, environment(), SECONDS, command);
    }

    /** {@code ./athanor arguments} with {@code SPARK_HOME} set. */
    Checkout.Result athanor(Path folder, List<String> arguments) throws Exception {
        return athanor(folder, Map.of(), arguments);
    }

    /** The same with more in its environment. */
    Checkout.Result athanor(Path folder, Map<String, String> more, List<String> arguments) throws Exception {
        Map<String, String> environment = environment();
        environment.putAll(more);
        List<String> command =
                new ArrayList<>(List.of(Checkout.root().resolve("athanor").toString()));
        command.addAll(arguments);
        return Checkout.run(folder, environment, SECONDS, command);
    }

    /** A shell of {@code bin} with the one setting that switches Athanor on, and a file typed into it if asked for. */
    Checkout.Result shell(Path folder, String program, List<String> arguments, Path typed) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "bash",
                "-c",
                "\"$@\" <" + (typed == null ? "/dev/null" : "\"$TYPED\""),
                "shell",
                program(program),
                "--master",
                "local[2]",
                "--jars",
                jar.toString(),
                "--conf",
                "spark.plugins=dev.athanor.spark.plugin.AthanorPlugin"));
        command.addAll(arguments);
        Map<String, String> environment = environment();
        environment.put("PYSPARK_DRIVER_PYTHON_OPTS", "-i");
        environment.put("TYPED", String.valueOf(typed));
        return Checkout.run(folder, environment, SECONDS, command);
    }

    String program(String name) {
        return home.resolve("bin").resolve(name).toString();
    }

    /** Writes a CSV of points around three centres: {@code id,x,y,colour}. */
    static Path points(Path folder, int rows) throws IOException {
        Random random = new Random(5);
        String[] colours = {"red", "green", "blue"};
        StringBuilder csv = new StringBuilder("id,x,y,colour\n");
        for (int i = 0; i < rows; i++) {
            int colour = random.nextInt(colours.length);
            csv.append(i)
                    .append(',')
                    .append(colour * 3 + random.nextGaussian() * 1.2)
                    .append(',')
                    .append((colour - 1) * (colour - 1) * 3 + random.nextGaussian() * 1.2)
                    .append(',')
                    .append(colours[colour])
                    .append('\n');
        }
        return Files.writeString(folder.resolve("points.csv"), csv, StandardCharsets.UTF_8);
    }
}
