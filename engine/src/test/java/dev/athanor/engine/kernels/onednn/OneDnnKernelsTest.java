package dev.athanor.engine.kernels.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.athanor.engine.kernels.Activation;
import dev.athanor.engine.kernels.Epilogue;
import dev.athanor.engine.kernels.KernelProvider.Availability;
import dev.athanor.engine.kernels.Kernels;
import dev.athanor.engine.kernels.KernelsContract;
import dev.athanor.engine.kernels.PackedMatrix;
import dev.athanor.engine.kernels.Precision;
import dev.athanor.engine.tensor.DType;
import dev.athanor.engine.tensor.Tensor;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The contract through oneDNN. */
class OneDnnKernelsTest extends KernelsContract {
    private static Kernels kernels;

    @BeforeAll
    static void open() {
        Availability availability = new OneDnnProvider().probe();
        String reason = availability instanceof Availability.Unavailable u ? u.reason() : "";
        assumeTrue(reason.isEmpty(), reason);
        kernels = ((Availability.Available) availability).kernels();
    }

    @Override
    protected Kernels kernels() {
        return kernels;
    }

    @Test
    void productsOfItsPrecisionsAreItsOwn() {
        Tensor b = Tensor.zeros(DType.FLOAT32, 20, 10);
        assertThat(kernels.pack(b, Precision.INT8)).isInstanceOf(OneDnnMatrix.class);
        assertThat(kernels.pack(b, Precision.FLOAT32)).isNotInstanceOf(OneDnnMatrix.class);
    }

    @Test
    void allocatesNothingAndUsesOneThread() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        com.sun.management.OperatingSystemMXBean process =
                (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        for (Precision precision : new Precision[] {Precision.INT8, Precision.BFLOAT16}) {
            Tensor a = Tensor.zeros(DType.FLOAT32, 200, 384);
            Tensor c = Tensor.zeros(DType.FLOAT32, 200, 384);
            PackedMatrix b = kernels.pack(Tensor.zeros(DType.FLOAT32, 384, 384), precision);
            Epilogue epilogue = new Epilogue(Tensor.zeros(DType.FLOAT32, 384), Activation.GELU, a);
            for (int i = 0; i < 3000; i++) {
                kernels.matmul(a, b, c, epilogue);
            }
            long cpu = process.getProcessCpuTime();
            long mine = threads.getCurrentThreadCpuTime();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                kernels.matmul(a, b, c, epilogue);
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            mine = threads.getCurrentThreadCpuTime() - mine;
            cpu = process.getProcessCpuTime() - cpu;
            assertThat(allocated).as("bytes of 2000 products in %s", precision).isLessThan(20_000);
            assertThat((double) cpu / mine).as("threads' time in %s", precision).isLessThan(1.6);
        }
    }
}
