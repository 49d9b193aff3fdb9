package dev.athanor.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelProvider.Availability;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelRegistryTest {
    /** A provider that answers as it is told. */
    private record Fake(String name, int priority, Availability probe) implements KernelProvider {}

    private static final Fake BROKEN = new Fake("vector", 100, new Availability.Unavailable("no module; add --x"));

    @Test
    void autoTakesTheFastestThatWorks() {
        KernelSelection selection = KernelRegistry.select("auto");
        assertThat(selection.kernels().name()).isEqualTo("vector");
        assertThat(selection.reason()).isEqualTo("the fastest provider, its self-test passed");
        assertThat(KernelRegistry.select("auto")).as("chosen once").isSameAs(selection);
    }

    @Test
    void autoSaysWhatItPassedOver() {
        KernelSelection selection = KernelRegistry.select("auto", List.of(new ScalarProvider(), BROKEN));
        assertThat(selection.kernels().name()).isEqualTo("scalar");
        assertThat(selection.reason()).isEqualTo("vector passed over: no module; add --x");
    }

    @Test
    void aNameIsTakenAtItsWord() {
        assertThat(KernelRegistry.select("scalar").kernels().name()).isEqualTo("scalar");
        assertThatThrownBy(() -> KernelRegistry.select("vector", List.of(new ScalarProvider(), BROKEN)))
                .isInstanceOf(AthanorException.class)
                .hasMessageStartingWith("Cannot use kernels 'vector': no module; add --x. Mend that");
    }

    @Test
    void anUnknownNameGetsTheNearest() {
        assertThatThrownBy(() -> KernelRegistry.select("vektor"))
                .isInstanceOf(AthanorException.class)
                .hasMessage("Cannot use kernels 'vektor': no provider has that name. "
                        + "Did you mean 'vector'? Known names: auto, vector, onednn, scalar.");
    }

    @Test
    void noProviderIsAnError() {
        assertThatThrownBy(() -> KernelRegistry.select("auto", List.of(BROKEN)))
                .hasMessageContaining("Cannot choose kernels: no provider works (vector passed over: no module");
    }

    @Test
    void lowPrecisionSaysWhyItIsNotComputedIn() {
        Kernels vector = KernelRegistry.select("vector").kernels();
        Fake broken = new Fake("onednn", 50, new Availability.Unavailable("no jar; add it"));
        KernelSelection selection =
                KernelRegistry.forPrecision(vector, Precision.INT8, n -> KernelRegistry.select(n, List.of(broken)));
        assertThat(selection.kernels()).isSameAs(vector);
        assertThat(selection.reason())
                .isEqualTo("int8 weights are expanded to fp32 in every product, which saves memory and no time: "
                        + "onednn passed over: no jar; add it");
        assertThat(KernelRegistry.forPrecision(vector, Precision.FLOAT32).kernels())
                .isSameAs(vector);
    }
}
