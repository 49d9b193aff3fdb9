package dev.athanor.engine.finetune;

import dev.athanor.engine.autodiff.Parameter;
import java.util.List;

/** The linear layer from pooled hidden states to outputs; both its parameters start at zero. */
final class SequenceHead {
    static final String WEIGHT = "classifier.weight";
    static final String BIAS = "classifier.bias";

    private SequenceHead() {}

    static List<Parameter.Declaration> declarations(int width, int outputs) {
        return List.of(
                new Parameter.Declaration(WEIGHT, Parameter.Kind.WEIGHT, List.of(width, outputs)),
                new Parameter.Declaration(BIAS, Parameter.Kind.OFFSET, List.of(outputs)));
    }
}
