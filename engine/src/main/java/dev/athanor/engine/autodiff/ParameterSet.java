package dev.athanor.engine.autodiff;

import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All parameters of one network, the dense ones in one stretch of memory: weights first, then biases and norms.
 *
 * <p>So an optimizer's step, a gradient's norm and the sum over workers are one pass each, however many layers there
 * are. Embedding tables and buffers have memory of their own. Tensors are shared and mutable; the set itself is not.
 */
public final class ParameterSet {
    private static final int ALIGN = 16;

    private final DType dtype;
    private final Map<String, Parameter> byName = new LinkedHashMap<>();
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private final List<Parameter> dense = new ArrayList<>();
    private final List<Parameter> tables = new ArrayList<>();
    private final List<Parameter> buffers = new ArrayList<>();
    private final Tensor flat;
    private final int decaying;

    /** Allocates every declared parameter, zeroed. */
    public ParameterSet(DType dtype, Collection<Parameter.Declaration> declarations) {
        this.dtype = dtype;
        int weights = place(declarations, Parameter.Kind.WEIGHT, 0);
        int all = place(declarations, Parameter.Kind.OFFSET, weights);
        this.decaying = weights;
        this.flat = Tensor.zeros(dtype, all);
        for (Parameter.Declaration d : declarations) {
            boolean own = d.kind() == Parameter.Kind.TABLE || d.kind() == Parameter.Kind.BUFFER;
            Tensor tensor =
                    own ? Tensor.zeros(dtype, d.dimensions()) : view(flat, offsets.get(d.name()), d.dimensions());
            Parameter parameter = new Parameter(d.name(), d.kind(), tensor);
            if (byName.put(d.name(), parameter) != null) {
                throw new IllegalArgumentException("Cannot declare parameter " + d.name() + ": the name is taken");
            }
            switch (d.kind()) {
                case TABLE -> tables.add(parameter);
                case BUFFER -> buffers.add(parameter);
                case WEIGHT, OFFSET -> dense.add(parameter);
            }
        }
    }

    private int place(Collection<Parameter.Declaration> declarations, Parameter.Kind kind, int from) {
        int at = from;
        for (Parameter.Declaration d : declarations) {
            if (d.kind() == kind) {
                offsets.put(d.name(), at);
                int size = Arrays.stream(d.dimensions()).reduce(1, Math::multiplyExact);
                at = Math.addExact(at, (size + ALIGN - 1) / ALIGN * ALIGN);
            }
        }
        return at;
    }

    /** A view with a parameter's place and shape in a buffer laid out like {@link #flat()}. */
    Tensor viewOf(Parameter parameter, Tensor buffer) {
        return view(buffer, offsets.get(parameter.name()), parameter.tensor().shape());
    }

    private static Tensor view(Tensor buffer, int from, int[] shape) {
        int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        return buffer.slice(0, from, from + size).reshape(shape);
    }

    public DType dtype() {
        return dtype;
    }

    /** Every parameter, in the order of declaration. */
    public Collection<Parameter> all() {
        return byName.values();
    }

    /** The parameter of that name; an unknown name is an error of the caller. */
    public Parameter get(String name) {
        Parameter parameter = byName.get(name);
        if (parameter == null) {
            throw new IllegalArgumentException("Cannot find parameter " + name + ": there are " + byName.keySet());
        }
        return parameter;
    }

    /** Weights, biases and norms. */
    public List<Parameter> dense() {
        return dense;
    }

    /** Embedding tables. */
    public List<Parameter> tables() {
        return tables;
    }

    /** Running statistics. */
    public List<Parameter> buffers() {
        return buffers;
    }

    /** (P): all dense parameters back to back, each begun on a cache line; gaps stay zero. */
    public Tensor flat() {
        return flat;
    }

    /** How many leading elements of {@link #flat()} take weight decay. */
    public int decaying() {
        return decaying;
    }

    /** Number of trained values, gaps not counted. */
    public long trainable() {
        long n = 0;
        for (Parameter p : byName.values()) {
            if (p.kind() != Parameter.Kind.BUFFER) {
                n += p.tensor().size();
            }
        }
        return n;
    }
}
