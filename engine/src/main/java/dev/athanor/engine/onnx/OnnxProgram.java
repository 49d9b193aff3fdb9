package dev.athanor.engine.onnx;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A graph ready to run: checked, in order, what never changes computed once, weights packed once. Immutable, safe to use
 * by many threads at once; what a run needs is garbage after it.
 */
public final class OnnxProgram {
    /** Bytes that a program may allocate to compute ahead what never changes. */
    private static final long AHEAD = 64L << 20;

    private final OnnxModel model;
    private final Kernels kernels;
    private final OnnxValue[] constants;
    private final int[] inputs;
    private final int[] outputs;
    private final List<Step> steps;

    /** A node with the places of its values. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Step(OnnxNode node, OnnxOperator operator, Object prepared, int[] from, int[] to, int[] last) {}

    private OnnxProgram(
            OnnxModel model, Kernels kernels, OnnxValue[] constants, int[] inputs, int[] outputs, List<Step> steps) {
        this.model = model;
        this.kernels = kernels;
        this.constants = constants;
        this.inputs = inputs;
        this.outputs = outputs;
        this.steps = steps;
    }

    /** As {@link #of(OnnxModel, Kernels, List)}, of all outputs of the model. */
    public static OnnxProgram of(OnnxModel model, Kernels kernels) {
        return of(model, kernels, model.outputs().stream().map(OnnxPort::name).toList());
    }

    /**
     * Checks a model and readies it to compute some of its values.
     *
     * @throws AthanorException if it has operators that are not computed, all of which are named; if values are missing,
     *     named twice, or need each other; if what never changes cannot be computed
     */
    public static OnnxProgram of(OnnxModel model, Kernels kernels, List<String> wanted) {
        OnnxGraph graph = OnnxGraph.of(model, wanted);
        Map<String, OnnxValue> known = new HashMap<>(model.constants);
        List<OnnxNode> nodes = ahead(graph, kernels, known);
        return assemble(model, kernels, nodes, known, wanted);
    }

    /** Computes what never changes, as far as it is small; the nodes that are left. */
    private static List<OnnxNode> ahead(OnnxGraph graph, Kernels kernels, Map<String, OnnxValue> known) {
        OnnxCall.Memory memory = new OnnxCall.Memory(AHEAD);
        List<OnnxNode> left = new ArrayList<>();
        for (OnnxNode node : graph.nodes()) {
            boolean constant = node.inputs().stream().allMatch(name -> name.isEmpty() || known.containsKey(name));
            if (!constant || !compute(node, graph.model(), kernels, known, memory)) {
                left.add(node);
            }
        }
        return left;
    }

    private static boolean compute(
            OnnxNode node, OnnxModel model, Kernels kernels, Map<String, OnnxValue> known, OnnxCall.Memory memory) {
        OnnxValue[] from = node.inputs().stream().map(known::get).toArray(OnnxValue[]::new);
        OnnxOperator operator = OnnxOperators.find(node, model.opset);
        try {
            OnnxValue[] results = call(node, operator, new OnnxCall(node, from, model.opset, kernels, null, memory));
            for (int i = 0; i < node.outputs().size(); i++) {
                if (!node.outputs().get(i).isEmpty()) {
                    known.put(node.outputs().get(i), result(node, results, i));
                }
            }
            return true;
        } catch (OnnxCall.Exhausted e) {
            return false;
        }
    }

    private static OnnxValue[] call(OnnxNode node, OnnxOperator operator, OnnxCall call) {
        try {
            return operator.run(call);
        } catch (AthanorException | OnnxCall.Exhausted e) {
            throw e;
        } catch (RuntimeException e) {
            AthanorException wrong = OnnxCall.wrong(
                    node, "its inputs do not fit it: " + Objects.requireNonNullElse(e.getMessage(), e.toString()));
            wrong.initCause(e);
            throw wrong;
        }
    }

    private static OnnxValue result(OnnxNode node, OnnxValue[] results, int i) {
        OnnxValue result = i < results.length ? results[i] : null;
        if (result == null) {
            throw OnnxCall.wrong(node, "it has no output " + i);
        }
        return result;
    }

    private static OnnxProgram assemble(
            OnnxModel model, Kernels kernels, List<OnnxNode> nodes, Map<String, OnnxValue> known, List<String> wanted) {
        Map<String, Integer> places = new HashMap<>();
        List<OnnxValue> constants = new ArrayList<>();
        int[] inputs = new int[model.inputs().size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = place(places, constants, model.inputs().get(i).name(), known);
        }
        List<Step> steps = new ArrayList<>();
        for (OnnxNode node : nodes) {
            OnnxOperator operator = OnnxOperators.find(node, model.opset);
            OnnxValue[] fixed = new OnnxValue[node.inputs().size()];
            int[] from = new int[fixed.length];
            for (int i = 0; i < fixed.length; i++) {
                fixed[i] = known.get(node.inputs().get(i));
                from[i] = place(places, constants, node.inputs().get(i), known);
            }
            int[] to = node.outputs().stream()
                    .mapToInt(name -> place(places, constants, name, known))
                    .toArray();
            steps.add(new Step(node, operator, operator.prepare(node, fixed, kernels), from, to, new int[0]));
        }
        int[] outputs = wanted.stream()
                .mapToInt(name -> place(places, constants, name, known))
                .toArray();
        return new OnnxProgram(
                model,
                kernels,
                constants.toArray(OnnxValue[]::new),
                inputs,
                outputs,
                withLastUses(steps, constants, outputs));
    }

    /** The place of a value; -1 of one that is left out. */
    private static int place(
            Map<String, Integer> places, List<OnnxValue> constants, String name, Map<String, OnnxValue> known) {
        if (name.isEmpty()) {
            return -1;
        }
        return places.computeIfAbsent(name, n -> {
            constants.add(known.get(n));
            return constants.size() - 1;
        });
    }

    /** Each step with the values that nothing reads after it. */
    private static List<Step> withLastUses(List<Step> steps, List<OnnxValue> constants, int[] outputs) {
        boolean[] kept = new boolean[constants.size()];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = constants.get(i) != null;
        }
        for (int output : outputs) {
            kept[output] = true;
        }
        Step[] result = new Step[steps.size()];
        for (int s = steps.size() - 1; s >= 0; s--) {
            Step step = steps.get(s);
            int[] last = Arrays.stream(step.from())
                    .filter(place -> place >= 0 && !kept[place])
                    .distinct()
                    .toArray();
            for (int place : last) {
                kept[place] = true;
            }
            result[s] = new Step(step.node(), step.operator(), step.prepared(), step.from(), step.to(), last);
        }
        return List.of(result);
    }

    /** The model it runs. */
    public OnnxModel model() {
        return model;
    }

    /** Bytes of the weights it holds, those that are packed counted once. */
    public long bytes() {
        return Arrays.stream(constants)
                .filter(Objects::nonNull)
                .mapToLong(OnnxValue::bytes)
                .sum();
    }

    /**
     * Computes the wanted values, by name.
     *
     * @param values of every input of the model
     * @throws AthanorException if one is missing or does not fit
     */
    public Map<String, OnnxValue> run(Map<String, OnnxValue> values) {
        OnnxValue[] given =
                model.inputs().stream().map(input -> values.get(input.name())).toArray(OnnxValue[]::new);
        OnnxValue[] results = run(given);
        Map<String, OnnxValue> named = new LinkedHashMap<>();
        for (int i = 0; i < results.length; i++) {
            named.put(model.outputs().get(i).name(), results[i]);
        }
        return named;
    }

    /**
     * Computes the wanted values, in the order in which they were wanted.
     *
     * @param given the inputs of the model, in order
     */
    public OnnxValue[] run(OnnxValue... given) {
        OnnxValue[] values = constants.clone();
        for (int i = 0; i < inputs.length; i++) {
            check(model.inputs().get(i), i < given.length ? given[i] : null);
            values[inputs[i]] = given[i];
        }
        OnnxCall.Memory memory = new OnnxCall.Memory(Long.MAX_VALUE);
        for (Step step : steps) {
            OnnxValue[] from = new OnnxValue[step.from().length];
            for (int i = 0; i < from.length; i++) {
                from[i] = step.from()[i] < 0 ? null : values[step.from()[i]];
            }
            OnnxCall call = new OnnxCall(step.node(), from, model.opset, kernels, step.prepared(), memory);
            OnnxValue[] results = call(step.node(), step.operator(), call);
            for (int i = 0; i < step.to().length; i++) {
                if (step.to()[i] >= 0) {
                    values[step.to()[i]] = result(step.node(), results, i);
                }
            }
            for (int place : step.last()) {
                values[place] = null;
            }
        }
        OnnxValue[] results = new OnnxValue[outputs.length];
        for (int i = 0; i < results.length; i++) {
            results[i] = values[outputs[i]];
        }
        return results;
    }

    private void check(OnnxPort port, OnnxValue value) {
        boolean fits = value != null
                && value.type().name().equals(port.typeName())
                && (port.rank() < 0 || port.rank() == value.rank());
        for (int i = 0; fits && i < port.rank(); i++) {
            fits = port.dims().get(i) < 0 || port.dims().get(i) == value.dim(i);
        }
        if (!fits) {
            throw new AthanorException(
                    "Cannot run the ONNX model " + model.location(),
                    "its input " + port + " was given " + value,
                    "Give it a value of its type and shape");
        }
    }
}
