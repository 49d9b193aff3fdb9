package dev.athanor.engine.transformer;

import dev.athanor.engine.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/** Named tensors of one or more files. */
public interface TensorSource {
    /** Where they come from, for messages. */
    String location();

    Set<String> names();

    /** A tensor of {@link #names}, decoded to FLOAT32. */
    Tensor read(String name);

    /** Tensors that are in memory already. */
    static TensorSource of(Map<String, Tensor> tensors, String location) {
        return new TensorSource() {
            @Override
            public String location() {
                return location;
            }

            @Override
            public Set<String> names() {
                return tensors.keySet();
            }

            @Override
            public Tensor read(String name) {
                return tensors.get(name);
            }
        };
    }
}
