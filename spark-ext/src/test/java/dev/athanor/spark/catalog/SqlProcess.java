package dev.athanor.spark.catalog;

import dev.athanor.engine.model.ModelPackage;
import dev.athanor.spark.registry.DeltaModelRegistry;
import dev.athanor.spark.registry.ModelRef;
import dev.athanor.spark.registry.ModelRegistry;
import dev.athanor.spark.registry.ModelVersion;
import dev.athanor.spark.registry.TestPackages;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Another JVM with a session of its own over the same warehouse: takes statements, gives their rows as text. */
final class SqlProcess implements AutoCloseable {
    private static final String ANSWER = "@@";
    /** Begins, in place of a statement, the name of a model to register a version of; its number is the answer. */
    static final String REGISTER = "REGISTER ";

    /** Begins, in place of a statement, the name of a model whose package is checked; its place is the answer. */
    static final String VERIFY = "VERIFY ";
    /** Begins, in place of a statement, the name of a model to delete. */
    static final String DELETE = "DELETE MODEL ";

    private final Process process;
    private final PrintWriter in;
    private final BufferedReader out;

    private SqlProcess(Process process) {
        this.process = process;
        this.in = new PrintWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8), true);
        this.out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static SqlProcess start(Path warehouse) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("--add-") || argument.startsWith("-Djdk"))
                .forEach(command::add);
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-Xmx1g", "-cp", classes, SqlProcess.class.getName(), warehouse.toString()));
        return new SqlProcess(new ProcessBuilder(command)
                .redirectError(new File("target", "sql-process-" + System.nanoTime() + ".log"))
                .start());
    }

    /** Begins a statement; {@link #answer} waits for it. */
    void ask(String statement) {
        in.println(statement.replace('\n', ' '));
    }

    /** Rows as {@code [a,b]} in order, or one line that starts with {@code ERROR}. */
    List<String> answer() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = out.readLine(); !ANSWER.equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IOException("the other process ended, see target/sql-process-*.log");
            }
            lines.add(line);
        }
        return lines;
    }

    List<String> sql(String statement) throws IOException {
        ask(statement);
        List<String> answer = answer();
        if (!answer.isEmpty() && answer.get(0).startsWith("ERROR")) {
            throw new AssertionError(statement + ": " + answer);
        }
        return answer;
    }

    @Override
    public void close() {
        in.close();
        try {
            process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroy();
    }

    /** What runs in the other JVM. */
    public static void main(String[] args) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.plugins", "dev.athanor.spark.plugin.AthanorPlugin")
                .config("spark.athanor.warehouse", args[0])
                .config("spark.ui.enabled", "false")
                .getOrCreate()) {
            BufferedReader statements = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line = statements.readLine(); line != null; line = statements.readLine()) {
                answers.println(run(spark, line));
            }
        }
    }

    /** Registers a package that no other call makes; returns its version. */
    static int register(SparkSession spark, String model) throws IOException {
        String unique = ProcessHandle.current().pid() + "-" + System.nanoTime();
        try (ModelRegistry.Draft draft = DeltaModelRegistry.of(spark).draft(model)) {
            TestPackages.fill(draft.files(), unique);
            return draft.register(unique).version();
        }
    }

    private static String run(SparkSession spark, String statement) {
        try {
            if (statement.startsWith(REGISTER)) {
                return register(spark, statement.substring(REGISTER.length())) + "\n" + ANSWER;
            }
            if (statement.startsWith(VERIFY)) {
                ModelRegistry registry = DeltaModelRegistry.of(spark);
                ModelVersion version = registry.resolve(ModelRef.parse(statement.substring(VERIFY.length())));
                ModelPackage.verify(registry.open(version));
                return version.location() + "\n" + ANSWER;
            }
            if (statement.startsWith(DELETE)) {
                DeltaModelRegistry.of(spark).delete(ModelRef.parse(statement.substring(DELETE.length())));
                return ANSWER;
            }
            String rows = spark.sql(statement).collectAsList().stream()
                    .map(Row::toString)
                    .sorted()
                    .map(row -> row + "\n")
                    .collect(Collectors.joining());
            return rows + ANSWER;
        } catch (Exception e) {
            return "ERROR " + String.valueOf(e.getMessage()).replace('\n', ' ') + "\n" + ANSWER;
        }
    }
}
