package dev.athanor.engine.autodiff;

import dev.athanor.engine.kernels.KernelProvider;
import dev.athanor.engine.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Every provider that works on this machine. */
final class Providers {
    private Providers() {}

    static List<Kernels> all() {
        List<Kernels> kernels = new ArrayList<>();
        for (KernelProvider provider : ServiceLoader.load(KernelProvider.class)) {
            if (provider.probe() instanceof KernelProvider.Availability.Available available) {
                kernels.add(available.kernels());
            }
        }
        return kernels;
    }
}
