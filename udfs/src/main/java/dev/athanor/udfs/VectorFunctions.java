package dev.athanor.udfs;

import java.util.List;

/** All functions of vectors. */
public final class VectorFunctions {
    private static final List<VectorFunction> ALL =
            List.of(new VectorCosineSimilarity(), new VectorInnerProduct(), new VectorL2Distance());

    private VectorFunctions() {}

    /** One instance of each, by name. */
    public static List<VectorFunction> all() {
        return ALL;
    }
}
