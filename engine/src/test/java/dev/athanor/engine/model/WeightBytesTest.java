package dev.athanor.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.format.SafeTensors;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightBytesTest {
    @TempDir
    private Path folder;

    private PackageFiles written(byte[] extra, Map<String, Tensor> tensors) throws IOException {
        PackageFiles files = new LocalPackageFiles(folder.resolve("package"));
        try (OutputStream out = files.create(PackageNames.WEIGHTS)) {
            SafeTensors.write(out, tensors, Map.of());
            out.write(extra);
        }
        return files;
    }

    @Test
    void bytesAreToldByPrecisionWithoutIndices() throws IOException {
        PackageFiles files = written(
                new byte[0],
                Map.of(
                        "a", Tensor.zeros(DType.FLOAT32, 1000, 300),
                        "b", Tensor.zeros(DType.FLOAT32, 25_000),
                        "c", Tensor.zeros(DType.FLOAT64, 50_000),
                        "positions", Tensor.zeros(DType.INT32, 100)));
        WeightBytes bytes = WeightBytes.of(files);
        assertThat(bytes.bytes()).isEqualTo(Map.of("fp32", 1_300_000L, "fp64", 400_000L));
        assertThat(bytes).hasToString("fp32 1.3 MB, fp64 0.4 MB");
    }

    @Test
    void aDamagedHeaderIsNamed() throws IOException {
        PackageFiles files = written(new byte[3], Map.of("a", Tensor.zeros(DType.FLOAT32, 2)));
        assertThatThrownBy(() -> WeightBytes.of(files))
                .isInstanceOf(AthanorException.class)
                .hasMessageContaining("model.safetensors")
                .hasMessageContaining("its tensors take 8 bytes, the file has 11 after the header");
    }
}
