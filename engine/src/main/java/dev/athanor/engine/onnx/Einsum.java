package dev.athanor.engine.onnx;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Einstein's summation convention, in plain loops over every combination of indices. */
final class Einsum {
    private static final String ELLIPSIS = "...";

    private Einsum() {}

    static OnnxValue run(OnnxCall c) {
        String equation = c.text("equation", "").replace(" ", "");
        int arrow = equation.indexOf("->");
        String[] terms = (arrow < 0 ? equation : equation.substring(0, arrow)).split(",", -1);
        if (terms.length != c.inputs()) {
            throw c.wrong("its equation " + equation + " is not of " + c.inputs() + " inputs");
        }
        Map<String, Integer> sizes = new LinkedHashMap<>();
        List<List<String>> labels = new ArrayList<>();
        int dots = 0;
        for (int i = 0; i < terms.length; i++) {
            int hidden = c.in(i).rank() - terms[i].replace(ELLIPSIS, "").length();
            dots = Math.max(dots, terms[i].contains(ELLIPSIS) ? hidden : 0);
            labels.add(labels(terms[i], hidden));
            if (labels.get(i).size() != c.in(i).rank()) {
                throw c.wrong("its equation " + equation + " does not fit " + c.in(i));
            }
            for (int axis = 0; axis < c.in(i).rank(); axis++) {
                int dim = c.in(i).dim(axis);
                int known = sizes.merge(labels.get(i).get(axis), dim, (a, b) -> a == 1 ? b : a);
                if (dim != known && dim != 1) {
                    throw c.wrong("its equation " + equation + " does not fit " + c.in(i));
                }
            }
        }
        List<String> result = arrow < 0 ? implied(labels, dots) : labels(equation.substring(arrow + 2), dots);
        return compute(c, sizes, labels, result);
    }

    /** A letter per axis; those of the ellipsis are counted from its end. */
    private static List<String> labels(String term, int hidden) {
        List<String> labels = new ArrayList<>();
        int at = term.indexOf(ELLIPSIS);
        for (int i = 0; i < term.length(); i++) {
            if (i == at) {
                for (int k = hidden; k > 0; k--) {
                    labels.add(ELLIPSIS + k);
                }
                i += ELLIPSIS.length() - 1;
            } else {
                labels.add(term.substring(i, i + 1));
            }
        }
        return labels;
    }

    private static List<String> implied(List<List<String>> labels, int dots) {
        Map<String, Integer> seen = new TreeMap<>();
        labels.forEach(term -> term.forEach(l -> seen.merge(l, 1, Integer::sum)));
        List<String> result = labels(ELLIPSIS, dots);
        seen.forEach((label, count) -> {
            if (count == 1 && !label.startsWith(ELLIPSIS)) {
                result.add(label);
            }
        });
        return result;
    }

    private static OnnxValue compute(
            OnnxCall c, Map<String, Integer> sizes, List<List<String>> labels, List<String> result) {
        List<String> order = new ArrayList<>(result);
        sizes.keySet().stream().filter(l -> !result.contains(l)).forEach(order::add);
        int[] shape = new int[order.size()];
        for (int i = 0; i < shape.length; i++) {
            if (!sizes.containsKey(order.get(i))) {
                throw c.wrong("its result has the index " + order.get(i) + ", which no input has");
            }
            shape[i] = sizes.get(order.get(i));
        }
        int[][] steps = new int[labels.size()][order.size()];
        for (int i = 0; i < labels.size(); i++) {
            int[] strides = Strides.of(c.in(i).shape());
            for (int axis = 0; axis < strides.length; axis++) {
                if (c.in(i).dim(axis) != 1) {
                    steps[i][order.indexOf(labels.get(i).get(axis))] += strides[axis];
                }
            }
        }
        OnnxValue y = c.make(c.in(0).type(), java.util.Arrays.copyOf(shape, result.size()));
        int inner = OnnxValue.elements(java.util.Arrays.copyOfRange(shape, result.size(), shape.length));
        Odometer at = new Odometer(shape);
        for (int i = 0; i < y.size(); i++) {
            double sum = 0;
            for (int k = 0; k < inner; k++, at.next()) {
                double product = 1;
                for (int x = 0; x < steps.length; x++) {
                    product *= c.in(x).real(at.dot(steps[x]));
                }
                sum += product;
            }
            y.set(i, sum);
        }
        return y;
    }
}
