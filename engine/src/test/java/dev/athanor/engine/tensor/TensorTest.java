package dev.athanor.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorTest {
    private static Tensor counting(int... shape) {
        Tensor t = Tensor.zeros(DType.FLOAT32, shape);
        for (int i = 0; i < t.size(); i++) {
            t.floats()[i] = i;
        }
        return t;
    }

    @Test
    void viewsShareStorage() {
        Tensor t = counting(2, 3);
        Tensor turned = t.transpose(0, 1);
        assertThat(turned.shape()).containsExactly(3, 2);
        assertThat(turned.isContiguous()).isFalse();
        assertThat(turned.toFloats()).containsExactly(0, 3, 1, 4, 2, 5);
        turned.put(turned.index(2, 0), 9);
        assertThat(t.get(0, 2)).isEqualTo(9);
        assertThat(t.sharesStorage(turned)).isTrue();
        assertThat(t.sharesStorage(counting(2, 3))).isFalse();
    }

    @Test
    void slicesAndSelects() {
        Tensor t = counting(3, 4);
        assertThat(t.slice(1, 1, 3).toFloats()).containsExactly(1, 2, 5, 6, 9, 10);
        assertThat(t.slice(0, 1, 2).toFloats()).containsExactly(4, 5, 6, 7);
        assertThat(t.slice(0, 3, 3).size()).isZero();
        assertThat(t.select(1, 2).shape()).containsExactly(3);
        assertThat(t.select(1, 2).toFloats()).containsExactly(2, 6, 10);
        assertThatThrownBy(() -> t.slice(0, 2, 4))
                .hasMessage("Cannot slice Tensor(FLOAT32, [3, 4]) from 2 to 4 along axis 0");
    }

    @Test
    void reshapesContiguousTensorsOnly() {
        Tensor t = counting(2, 6);
        assertThat(t.reshape(3, -1).shape()).containsExactly(3, 4);
        assertThat(t.reshape(12).get(7)).isEqualTo(7);
        assertThatThrownBy(() -> t.reshape(5, 2))
                .hasMessage("Cannot reshape Tensor(FLOAT32, [2, 6]) to [5, 2]: sizes are 12 and 10");
        assertThatThrownBy(() -> t.transpose(0, 1).reshape(12)).hasMessageContaining("it is not contiguous");
    }

    @Test
    void expandsByBroadcastingRules() {
        Tensor row = counting(3);
        assertThat(row.expand(2, 3).toFloats()).containsExactly(0, 1, 2, 0, 1, 2);
        Tensor column = counting(2, 1);
        assertThat(column.expand(2, 3).toFloats()).containsExactly(0, 0, 0, 1, 1, 1);
        assertThat(column.expand(2, 3).stride(1)).isZero();
        assertThatThrownBy(() -> row.expand(2, 4))
                .hasMessage("Cannot expand Tensor(FLOAT32, [3]) to [2, 4]: dimension 1 is 3, not 1 or 4");
        assertThatThrownBy(() -> column.expand(3)).hasMessageContaining("the new shape has fewer dimensions");
    }

    @Test
    void rowsMayBeLoweredWithinCapacity() {
        Tensor t = counting(4, 2);
        t.setRows(1);
        assertThat(t.toFloats()).containsExactly(0, 1);
        t.setRows(4);
        assertThat(t.size()).isEqualTo(8);
        assertThatThrownBy(() -> t.setRows(5)).hasMessage("Cannot use 5 rows: the tensor was made with 4");
    }

    @Test
    void typesWidenAndRound() {
        Tensor ints = Tensor.zeros(DType.INT32, 2);
        ints.put(1, 2.9);
        assertThat(ints.ints()).containsExactly(0, 2);
        Tensor doubles = Tensor.of(new double[] {0.1}, 1);
        assertThat(doubles.get(0)).isEqualTo(0.1);
        assertThat(doubles.toFloats()).containsExactly(0.1f);
        Tensor scalar = Tensor.zeros(DType.FLOAT64);
        assertThat(scalar.size()).isEqualTo(1);
        assertThat(scalar.get()).isZero();
    }

    @Test
    void refusesImpossibleShapes() {
        assertThatThrownBy(() -> Tensor.zeros(DType.FLOAT32, 2, -1)).hasMessageContaining("negative dimension");
        assertThatThrownBy(() -> Tensor.zeros(DType.FLOAT32, 1 << 20, 1 << 20))
                .hasMessageContaining("more elements than one array holds");
        assertThatThrownBy(() -> Tensor.of(new float[5], 2, 3))
                .hasMessage("Cannot make tensor of shape [2, 3] at offset 0: it needs 6 elements, the array has 5");
    }

    @Test
    void contiguityIgnoresUnitDimensions() {
        assertThat(counting(1, 5).transpose(0, 1).isContiguous()).isTrue();
        assertThat(counting(2, 5).slice(0, 1, 2).isContiguous()).isTrue();
        assertThat(counting(2, 5).slice(1, 0, 4).isContiguous()).isFalse();
    }
}
