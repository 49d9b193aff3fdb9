package dev.athanor.engine.onnx;

import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.kernels.Kernels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** ONNX's own cases of single operators in a folder that {@code src/peer/onnx_nodes.py} wrote. */
final class NodeCases {
    private static final Kernels KERNELS = KernelRegistry.select("auto").kernels();

    private final Path folder;
    private final Map<String, Integer> passed = new TreeMap<>();
    private final Map<String, Integer> skipped = new TreeMap<>();
    private final List<String> failures = new ArrayList<>();
    private int cases;

    private NodeCases(Path folder) {
        this.folder = folder;
    }

    /** Runs all of them. */
    static NodeCases run(Path folder) throws IOException {
        NodeCases all = new NodeCases(folder);
        for (String line : Files.readAllLines(folder.resolve("cases.txt"))) {
            String[] fields = line.split("\t", -1);
            all.cases++;
            if (!fields[1].equals("run")) {
                all.skipped.merge(fields[1], 1, Integer::sum);
                continue;
            }
            String failure = all.failure(
                    fields[0],
                    Integer.parseInt(fields[2]),
                    Integer.parseInt(fields[3]),
                    Double.parseDouble(fields[4]),
                    Double.parseDouble(fields[5]));
            if (failure == null) {
                for (String operator : fields[6].split(",")) {
                    all.passed.merge(operator, 1, Integer::sum);
                }
            } else {
                all.failures.add(fields[0] + ": " + failure);
            }
        }
        return all;
    }

    List<String> failures() {
        return failures;
    }

    /** Cases passed by operator; a case of several counts for each of them. */
    Map<String, Integer> passed() {
        return passed;
    }

    int cases() {
        return cases;
    }

    /** What passed and what was not claimed, with the reasons. */
    String report() {
        int left = skipped.values().stream().mapToInt(Integer::intValue).sum();
        return String.format(
                Locale.ROOT,
                "ONNX node cases: %d, passed %d, failed %d, not claimed %d%npassed by operator: %s%nnot claimed: %s",
                cases,
                cases - left - failures.size(),
                failures.size(),
                left,
                passed,
                skipped);
    }

    private String failure(String name, int inputs, int outputs, double relative, double absolute) throws IOException {
        OnnxModel model = OnnxModel.read(folder.resolve(name + ".onnx"));
        OnnxValue[] given = new OnnxValue[inputs];
        for (int i = 0; i < inputs; i++) {
            given[i] = tensor(name + ".in." + i);
        }
        OnnxValue[] results;
        try {
            results = OnnxProgram.of(model, KERNELS).run(given);
        } catch (RuntimeException e) {
            return e.getMessage();
        }
        for (int i = 0; i < outputs; i++) {
            OnnxValue wanted = tensor(name + ".out." + i);
            // two units in the last place; ONNX's own runner allows them for BFLOAT16, and one of them for FLOAT16,
            // where
            // the references round after each of many operators
            double units =
                    switch (wanted.type()) {
                        case BFLOAT16 -> 0x1p-6;
                        case FLOAT16 -> 0x1p-9;
                        default -> 0;
                    };
            double tolerance = Math.max(relative, units);
            String difference = difference(results[i], wanted, tolerance, absolute);
            if (difference != null) {
                return "output " + i + " " + difference;
            }
        }
        return null;
    }

    private OnnxValue tensor(String file) throws IOException {
        Path path = folder.resolve(file + ".pb");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        return new TensorReader(path.toString(), new ExternalData(n -> null, path.toString()))
                .read(new WireReader(bytes, path.toString()))
                .value();
    }

    static String difference(OnnxValue is, OnnxValue wanted, double relative, double absolute) {
        if (is.type() != wanted.type() || !Arrays.equals(is.shape(), wanted.shape())) {
            return "is " + is + ", not " + wanted;
        }
        for (int i = 0; i < is.size(); i++) {
            boolean same = is.longs() != null
                    ? is.longs()[i] == wanted.longs()[i]
                    : Double.compare(is.real(i), wanted.real(i)) == 0
                            || Math.abs(is.real(i) - wanted.real(i)) <= absolute + relative * Math.abs(wanted.real(i));
            if (!same) {
                return "has " + is.real(i) + " at " + i + ", not " + wanted.real(i);
            }
        }
        return null;
    }
}
