package dev.athanor.engine.nn;

import dev.athanor.engine.autodiff.Parameter;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Convolution;
import dev.athanor.engine.table.InputLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Declares the parameters of an architecture; a batch is the shape of its rows. */
final class Declarations implements Layers<int[]> {
    private final InputLayout inputs;
    private final List<Parameter.Declaration> declared = new ArrayList<>();
    private long perRow;

    private Declarations(InputLayout inputs) {
        this.inputs = inputs;
    }

    static List<Parameter.Declaration> of(NetworkSpec spec) {
        Declarations declarations = new Declarations(spec.inputs());
        Architecture.build(spec, declarations);
        return declarations.declared;
    }

    /** Values to train, and values that one row takes on its way through; nothing is allocated. */
    static NetworkSize size(NetworkSpec spec) {
        Declarations declarations = new Declarations(spec.inputs());
        Architecture.build(spec, declarations);
        long dense = 0;
        long tables = 0;
        for (Parameter.Declaration d : declarations.declared) {
            long values = d.shape().stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
            switch (d.kind()) {
                case WEIGHT, OFFSET -> dense += values;
                case TABLE, BUFFER -> tables += values;
            }
        }
        return new NetworkSize(dense, tables, declarations.perRow);
    }

    @Override
    public int[] dense() {
        return new int[] {inputs.denseWidth()};
    }

    @Override
    public int[] image() {
        return new int[] {
            inputs.image().height(), inputs.image().width(), inputs.image().channels()
        };
    }

    @Override
    public int[] bag(String name, int bag, int width) {
        declare(name + ".weight", Parameter.Kind.TABLE, inputs.bags().get(bag).buckets(), width);
        perRow += width;
        return new int[] {width};
    }

    @Override
    public int[] convolution(String name, int[] x, NetworkSpec.ConvLayer c, boolean normalize, Activation f) {
        Convolution shape = c.shape(x[0], x[1], x[2]);
        declare(name + ".weight", Parameter.Kind.WEIGHT, shape.windowSize(), c.filters());
        offsets(name, c.filters(), normalize);
        perRow += (long) shape.outHeight() * shape.outWidth() * c.filters();
        return new int[] {shape.outHeight() / c.pool(), shape.outWidth() / c.pool(), c.filters()};
    }

    @Override
    public int[] linear(String name, int[] x, int outputs, boolean normalize, Activation f) {
        declare(name + ".weight", Parameter.Kind.WEIGHT, x[0], outputs);
        offsets(name, outputs, normalize);
        perRow += x[0] + (long) outputs;
        return new int[] {outputs};
    }

    private void offsets(String name, int n, boolean normalize) {
        if (normalize) {
            declare(name + ".norm.weight", Parameter.Kind.OFFSET, n);
            declare(name + ".norm.bias", Parameter.Kind.OFFSET, n);
            declare(name + ".norm.running_mean", Parameter.Kind.BUFFER, n);
            declare(name + ".norm.running_var", Parameter.Kind.BUFFER, n);
        } else {
            declare(name + ".bias", Parameter.Kind.OFFSET, n);
        }
    }

    @Override
    public int[] bias(String name, int[] x) {
        declare(name + ".bias", Parameter.Kind.OFFSET, x[0]);
        return x;
    }

    @Override
    public int[] flatten(int[] x) {
        return new int[] {Arrays.stream(x).reduce(1, Math::multiplyExact)};
    }

    @Override
    public int[] join(List<int[]> parts) {
        return new int[] {parts.stream().mapToInt(p -> p[0]).sum()};
    }

    @Override
    public int[] add(int[] a, int[] b) {
        return a;
    }

    @Override
    public int[] dropout(int[] x, double rate) {
        return x;
    }

    private void declare(String name, Parameter.Kind kind, Integer... shape) {
        declared.add(new Parameter.Declaration(name, kind, List.of(shape)));
    }
}
