package dev.athanor.engine.onnx;

import dev.athanor.engine.kernels.Kernels;

/** Computes the results of one operator; stateless. */
@FunctionalInterface
interface OnnxOperator {
    /**
     * The outputs in order; those past the wanted ones may be left out.
     *
     * @throws dev.athanor.engine.AthanorException if inputs or attributes do not fit the operator
     */
    OnnxValue[] run(OnnxCall call);

    /**
     * Readies what many runs share: packed weights.
     *
     * @param constants the inputs that never change, null where they do
     * @return what {@link OnnxCall#prepared} gives, or null
     */
    default Object prepare(OnnxNode node, OnnxValue[] constants, Kernels kernels) {
        return null;
    }

    /** An operator of one result. */
    @FunctionalInterface
    interface Single {
        OnnxValue run(OnnxCall call);
    }

    static OnnxOperator of(Single single) {
        return call -> new OnnxValue[] {single.run(call)};
    }
}
