package dev.athanor.engine.transformer;

import dev.athanor.engine.format.GgufFile;
import dev.athanor.engine.format.StoredTensor;
import dev.athanor.engine.format.WeightFile;
import dev.athanor.engine.tensor.Tensor;
import java.util.Map;
import java.util.Set;

/** Named tensors of one or more files. */
public interface TensorSource {
    /** Where they come from, for messages. */
    String location();

    Set<String> names();

    /** What describes the model that they belong to, for messages. */
    default String configuration() {
        return "config.json";
    }

    /** A tensor of {@link #names} as it is stored, where its matrices had better stay so; else null. */
    default StoredTensor stored(String name) {
        return null;
    }

    /** A tensor of {@link #names}, decoded to FLOAT32. */
    Tensor read(String name);

    /** The tensors of a file, each decoded when it is asked for. */
    static TensorSource of(WeightFile file) {
        return new TensorSource() {
            @Override
            public String location() {
                return file.location();
            }

            @Override
            public String configuration() {
                return file instanceof GgufFile ? "its metadata" : "config.json";
            }

            @Override
            public StoredTensor stored(String name) {
                return file instanceof GgufFile ? file.tensor(name) : null;
            }

            @Override
            public Set<String> names() {
                return file.tensors().keySet();
            }

            @Override
            public Tensor read(String name) {
                return file.tensor(name).toTensor();
            }
        };
    }

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
