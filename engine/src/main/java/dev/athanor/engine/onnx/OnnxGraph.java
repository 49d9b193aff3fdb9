package dev.athanor.engine.onnx;

import dev.athanor.engine.AthanorException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A model's graph that was checked: every operator is computed, every value comes from somewhere, none needs itself.
 *
 * @param model it belongs to
 * @param nodes those that the wanted values need, each after the nodes whose results it reads
 */
record OnnxGraph(OnnxModel model, List<OnnxNode> nodes) {
    static OnnxGraph of(OnnxModel model, List<String> wanted) {
        if (model.opset < OnnxOperators.OLDEST || model.opset > OnnxOperators.NEWEST) {
            throw new AthanorException(
                    OnnxModel.problem(model.location),
                    "it is of opset " + model.opset + ", read are " + OnnxOperators.OLDEST + " to "
                            + OnnxOperators.NEWEST,
                    "Export it with an opset of that range");
        }
        Map<String, OnnxNode> makers = makers(model);
        List<OnnxNode> nodes = sorted(model, needed(model, makers, wanted), makers);
        refuseMissing(model, nodes);
        return new OnnxGraph(model, nodes);
    }

    /** The node of each value. */
    private static Map<String, OnnxNode> makers(OnnxModel model) {
        Set<String> names = new HashSet<>(model.constants.keySet());
        for (OnnxPort input : model.inputs()) {
            if (!names.add(input.name())) {
                throw OnnxModel.damaged(model.location, "it has two values of the name '" + input.name() + "'");
            }
        }
        Map<String, OnnxNode> makers = new HashMap<>();
        for (OnnxNode node : model.nodes) {
            for (String output : node.outputs()) {
                if (!output.isEmpty() && !names.add(output)) {
                    throw OnnxModel.damaged(model.location, "it has two values of the name '" + output + "'");
                }
                makers.put(output, node);
            }
        }
        return makers;
    }

    private static Set<OnnxNode> needed(OnnxModel model, Map<String, OnnxNode> makers, List<String> wanted) {
        Set<String> sources = new HashSet<>(model.constants.keySet());
        model.inputs().forEach(input -> sources.add(input.name()));
        Set<OnnxNode> needed = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        Deque<String> open = new ArrayDeque<>(wanted);
        while (!open.isEmpty()) {
            String name = open.pop();
            OnnxNode maker = makers.get(name);
            if (maker == null && !sources.contains(name)) {
                throw OnnxModel.damaged(
                        model.location, "it needs the value '" + name + "', which nothing gives or computes");
            }
            if (maker != null && needed.add(maker)) {
                maker.inputs().stream().filter(input -> !input.isEmpty()).forEach(open::push);
            }
        }
        return needed;
    }

    private static List<OnnxNode> sorted(OnnxModel model, Set<OnnxNode> needed, Map<String, OnnxNode> makers) {
        IdentityHashMap<OnnxNode, Integer> waiting = new IdentityHashMap<>();
        IdentityHashMap<OnnxNode, List<OnnxNode>> readers = new IdentityHashMap<>();
        Deque<OnnxNode> ready = new ArrayDeque<>();
        for (OnnxNode node : model.nodes) {
            if (!needed.contains(node)) {
                continue;
            }
            int count = 0;
            for (String input : node.inputs()) {
                OnnxNode maker = input.isEmpty() ? null : makers.get(input);
                if (maker != null) {
                    readers.computeIfAbsent(maker, m -> new ArrayList<>()).add(node);
                    count++;
                }
            }
            waiting.put(node, count);
            if (count == 0) {
                ready.add(node);
            }
        }
        List<OnnxNode> sorted = new ArrayList<>();
        while (!ready.isEmpty()) {
            OnnxNode node = ready.poll();
            sorted.add(node);
            for (OnnxNode reader : readers.getOrDefault(node, List.of())) {
                if (waiting.merge(reader, -1, Integer::sum) == 0) {
                    ready.add(reader);
                }
            }
        }
        if (sorted.size() < needed.size()) {
            OnnxNode first = model.nodes.stream()
                    .filter(node -> needed.contains(node) && waiting.get(node) > 0)
                    .findFirst()
                    .orElseThrow();
            throw OnnxModel.damaged(model.location, "its graph has a cycle: " + first.describe() + " needs itself");
        }
        return sorted;
    }

    private static void refuseMissing(OnnxModel model, List<OnnxNode> nodes) {
        Map<String, Integer> missing = new TreeMap<>();
        for (OnnxNode node : nodes) {
            if (OnnxOperators.find(node, model.opset) == null) {
                missing.merge(node.qualified(), 1, Integer::sum);
            }
        }
        if (!missing.isEmpty()) {
            Map<String, Integer> byName = new LinkedHashMap<>(missing);
            throw new AthanorException(
                    OnnxModel.problem(model.location),
                    "it has operators that are not computed: "
                            + byName.entrySet().stream()
                                    .map(e -> e.getKey() + " (" + e.getValue() + ")")
                                    .collect(Collectors.joining(", ")),
                    "Export it without them; computed are " + String.join(", ", OnnxOperators.names()));
        }
    }
}
