package dev.athanor.engine.autodiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.athanor.engine.kernels.ElementLoss;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.ScalarKernels;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * Compares the backward pass of a recorded computation with central differences in double precision; and the same
 * computation in single precision between providers.
 *
 * <pre>{@code
 * new GradientCheck(seed)
 *     .weight("w", 5, 3)
 *     .variable("x", 4, 5)
 *     .check(g -> Linear.apply(g.value("x"), g.value("w"), null, Activation.RELU));
 * }</pre>
 */
final class GradientCheck {
    private static final double EPSILON = 1e-6;
    private static final double TOLERANCE = 1e-6;

    private final long seed;
    private final List<Parameter.Declaration> declarations = new ArrayList<>();
    private final Map<String, int[]> variables = new LinkedHashMap<>();
    private int capacity;

    GradientCheck(long seed) {
        this.seed = seed;
    }

    GradientCheck weight(String name, Integer... shape) {
        declarations.add(new Parameter.Declaration(name, Parameter.Kind.WEIGHT, List.of(shape)));
        return this;
    }

    GradientCheck buffer(String name, Integer... shape) {
        declarations.add(new Parameter.Declaration(name, Parameter.Kind.BUFFER, List.of(shape)));
        return this;
    }

    GradientCheck table(String name, Integer... shape) {
        declarations.add(new Parameter.Declaration(name, Parameter.Kind.TABLE, List.of(shape)));
        return this;
    }

    /** An input whose gradient is checked too; all variables of a check have one batch. */
    GradientCheck variable(String name, int... shape) {
        variables.put(name, shape);
        capacity = shape[0];
        return this;
    }

    GradientCheck batch(int rows) {
        capacity = rows;
        return this;
    }

    /** Records a computation in its own memory. */
    final class Graph {
        private final Tape tape;
        private final DType dtype;
        private final Map<String, Value> inputs = new LinkedHashMap<>();

        private Graph(Kernels kernels, DType dtype) {
            this.dtype = dtype;
            ParameterSet parameters = new ParameterSet(dtype, declarations);
            this.tape = new Tape(kernels, parameters, capacity, seed);
            SplittableRandom random = new SplittableRandom(seed);
            for (Parameter p : parameters.all()) {
                fill(p.tensor(), random, p.kind() == Parameter.Kind.BUFFER ? 1 : 0);
            }
            variables.forEach((name, shape) -> {
                Tensor t = Tensor.zeros(dtype, shape);
                fill(t, random, 0);
                inputs.put(name, tape.variable(t));
            });
        }

        Tape tape() {
            return tape;
        }

        DType dtype() {
            return dtype;
        }

        Value value(String name) {
            Value input = inputs.get(name);
            return input == null ? tape.parameter(name) : input;
        }

        private void fill(Tensor t, SplittableRandom random, double shift) {
            for (int i = 0; i < t.size(); i++) {
                t.put(t.offset() + i, (float) (random.nextDouble() * 2 - 1 + shift));
            }
        }
    }

    /** Checks a computation whose result is summed after a fixed random weighting, at full and at partial capacity. */
    void check(Function<Graph, Value> computation) {
        checkLoss(g -> weightedSum(computation.apply(g)));
    }

    /** Checks a computation that ends in a loss. */
    void checkLoss(Function<Graph, Loss> computation) {
        for (int rows : capacity > 1 ? new int[] {capacity, capacity - 1} : new int[] {capacity}) {
            differences(computation, rows);
            providers(computation, rows);
        }
    }

    /** A squared loss of the weighted sum of each row against fixed targets: every element gets another gradient. */
    private Loss weightedSum(Value y) {
        Value flat = Reshape.flatten(y);
        Tensor weights = Tensor.zeros(y.tensor().dtype(), flat.width(), 1);
        SplittableRandom random = new SplittableRandom(seed + 1);
        for (int i = 0; i < weights.size(); i++) {
            weights.put(i, (float) (random.nextDouble() + 0.5) / flat.width());
        }
        Value sum =
                Linear.apply(flat, y.tape().constant(weights), null, dev.athanor.engine.kernels.Activation.IDENTITY);
        Tensor targets = Tensor.zeros(y.tensor().dtype(), capacity);
        for (int i = 0; i < capacity; i++) {
            targets.put(i, i - 1.5);
        }
        return ElementwiseLoss.apply(ElementLoss.SQUARED, sum, targets, null);
    }

    private void differences(Function<Graph, Loss> computation, int rows) {
        Graph graph = new Graph(new ScalarKernels(), DType.FLOAT64);
        Loss loss = computation.apply(graph);
        Tape tape = graph.tape();
        tape.setRows(rows);
        // Twice: gradients must not depend on what the pass before left behind.
        tape.forward();
        tape.backward();
        tape.forward();
        tape.backward();
        ParameterSet parameters = tape.parameters();
        for (Parameter p : parameters.dense()) {
            compare(p.name(), tape, loss, p.tensor(), doubles(tape.gradients().of(p)));
        }
        for (Parameter p : parameters.tables()) {
            double[] spread = new double[p.tensor().size()];
            SparseGradient g = tape.gradients().ofTable(p);
            for (int s = 0; s < g.rows().count(); s++) {
                for (int d = 0; d < g.width(); d++) {
                    spread[g.rows().row(s) * g.width() + d] = g.values().doubles()[s * g.width() + d];
                }
            }
            compare(p.name(), tape, loss, p.tensor(), spread);
        }
        graph.inputs.forEach((name, value) -> compare(name, tape, loss, value.tensor(), doubles(value.gradient())));
    }

    private static double[] doubles(Tensor t) {
        return Arrays.copyOfRange(t.doubles(), t.offset(), t.offset() + t.size());
    }

    private void compare(String name, Tape tape, Loss loss, Tensor values, double[] gradient) {
        double largest = Arrays.stream(gradient).map(Math::abs).max().orElse(0);
        assertThat(largest).as("some gradient of %s is not zero", name).isGreaterThan(1e-4);
        double[] storage = values.doubles();
        for (int i = 0; i < values.size(); i++) {
            int at = values.offset() + i;
            double before = storage[at];
            storage[at] = before + EPSILON;
            tape.forward();
            double up = loss.value();
            storage[at] = before - EPSILON;
            tape.forward();
            double down = loss.value();
            storage[at] = before;
            double expected = (up - down) / (2 * EPSILON);
            assertThat(gradient[i])
                    .as("gradient of %s[%d] with seed %d and %d rows", name, i, seed, tape.rows())
                    .isCloseTo(expected, within(TOLERANCE * Math.max(1, Math.abs(expected)) + 1e-7));
        }
    }

    private void providers(Function<Graph, Loss> computation, int rows) {
        Map<String, float[]> expected = run(computation, new ScalarKernels(), rows);
        for (Kernels kernels : Providers.all()) {
            Map<String, float[]> actual = run(computation, kernels, rows);
            expected.forEach((name, values) -> {
                float scale = 1;
                for (float v : values) {
                    scale = Math.max(scale, Math.abs(v));
                }
                assertThat(actual.get(name))
                        .as("%s by %s with seed %d and %d rows", name, kernels.name(), seed, rows)
                        .containsExactly(values, within(scale * 2e-5f));
            });
        }
    }

    private Map<String, float[]> run(Function<Graph, Loss> computation, Kernels kernels, int rows) {
        Graph graph = new Graph(kernels, DType.FLOAT32);
        Loss loss = computation.apply(graph);
        Tape tape = graph.tape();
        tape.setRows(rows);
        tape.forward();
        tape.backward();
        Map<String, float[]> results = new LinkedHashMap<>();
        results.put("loss", new float[] {(float) loss.value()});
        tape.parameters()
                .dense()
                .forEach(p -> results.put(p.name(), tape.gradients().of(p).toFloats()));
        tape.parameters()
                .tables()
                .forEach(p -> results.put(
                        p.name(), tape.gradients().ofTable(p).values().toFloats()));
        graph.inputs.forEach((name, value) -> results.put(name, value.gradient().toFloats()));
        return results;
    }
}
