package dev.athanor.engine.transformer;

import java.util.LinkedHashMap;
import java.util.Map;

/** How a family's files name and lay out the tensors of an architecture. */
final class WeightNames {
    /**
     * A tensor of a file, or a part of one.
     *
     * @param file its name there
     * @param transposed whether the file has (outputs, inputs)
     * @param from first column of the part, of (inputs, outputs)
     * @param to column after the last; 0 for the whole tensor
     * @param addOne whether the file holds gains less one
     * @param half pairs of rotary components of each head, where the file has the two of a pair side by side; else 0
     */
    record Place(String file, boolean transposed, int from, int to, boolean addOne, int half) {
        /** Where the file has the output that the architecture has at {@code column}. */
        int column(int column) {
            if (half == 0) {
                return from + column;
            }
            int inHead = column % (2 * half);
            return from + column - inHead + (inHead < half ? 2 * inHead : 2 * (inHead - half) + 1);
        }
    }

    private final Map<String, Place> places = new LinkedHashMap<>();

    Map<String, Place> places() {
        return places;
    }

    /** A tensor that lies as the architecture has it: a table, a gain, a bias. */
    WeightNames table(String name, String file) {
        places.put(name, new Place(file, false, 0, 0, false, 0));
        return this;
    }

    /** Weight and bias of PyTorch's {@code nn.Linear}, which is (outputs, inputs). */
    WeightNames linear(String name, String file) {
        places.put(name + ".weight", new Place(file + ".weight", true, 0, 0, false, 0));
        return table(name + ".bias", file + ".bias");
    }

    /** Weight of {@code nn.Linear} without bias. */
    WeightNames transposed(String name, String file) {
        places.put(name, new Place(file, true, 0, 0, false, 0));
        return this;
    }

    /** Weight and bias of a matrix (inputs, outputs). */
    WeightNames plain(String name, String file) {
        return table(name + ".weight", file + ".weight").table(name + ".bias", file + ".bias");
    }

    /** Weight and bias of a part of a matrix (inputs, outputs) that holds several side by side. */
    WeightNames columns(String name, String file, int from, int to) {
        places.put(name + ".weight", new Place(file + ".weight", false, from, to, false, 0));
        places.put(name + ".bias", new Place(file + ".bias", false, from, to, false, 0));
        return this;
    }

    /** Weight and bias of a part of an {@code nn.Linear} (outputs, inputs) that holds several, one after the other. */
    WeightNames linearRows(String name, String file, int from, int to) {
        places.put(name + ".weight", new Place(file + ".weight", true, from, to, false, 0));
        places.put(name + ".bias", new Place(file + ".bias", false, from, to, false, 0));
        return this;
    }

    /** As {@link #linear}, with rotary pairs side by side, {@code half} in each head; 0 where they are not. */
    WeightNames pairedLinear(String name, String file, int half) {
        places.put(name + ".weight", new Place(file + ".weight", true, 0, 0, false, half));
        places.put(name + ".bias", new Place(file + ".bias", false, 0, 0, false, half));
        return this;
    }

    WeightNames norm(String name, String file) {
        return table(name + ".gain", file + ".weight").table(name + ".shift", file + ".bias");
    }

    /** A normalisation whose file holds gains less one. */
    WeightNames normLessOne(String name, String file) {
        places.put(name + ".gain", new Place(file + ".weight", false, 0, 0, true, 0));
        return this;
    }
}
