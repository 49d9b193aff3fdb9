package dev.athanor.engine.kernels;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the provider of {@link Kernels} for this process: the best one that works, or the one asked for by name.
 *
 * <p>A choice is made and logged once per name asked for, and kept; safe for use by many threads.
 */
public final class KernelRegistry {
    /** The name that means: the best provider that works here. */
    public static final String AUTO = "auto";

    private static final Logger LOG = LoggerFactory.getLogger(KernelRegistry.class);
    private static final Map<String, KernelSelection> CHOSEN = new ConcurrentHashMap<>();

    private KernelRegistry() {}

    /**
     * @param wanted {@code auto}, or the name of a provider ({@code vector}, {@code scalar})
     * @throws AthanorException if no provider has that name, or the one that has it does not work here
     */
    public static KernelSelection select(String wanted) {
        return CHOSEN.computeIfAbsent(wanted, name -> {
            KernelSelection selection = select(name, providers());
            LOG.info("Kernels: {}: {}", selection.kernels().description(), selection.reason());
            return selection;
        });
    }

    private static List<KernelProvider> providers() {
        List<KernelProvider> providers = new ArrayList<>();
        ServiceLoader.load(KernelProvider.class, KernelProvider.class.getClassLoader())
                .forEach(providers::add);
        return providers;
    }

    static KernelSelection select(String wanted, List<KernelProvider> providers) {
        List<KernelProvider> byPriority = new ArrayList<>(providers);
        byPriority.sort(Comparator.comparingInt(KernelProvider::priority).reversed());
        return wanted.equals(AUTO) ? best(byPriority) : named(wanted, byPriority);
    }

    private static KernelSelection best(List<KernelProvider> byPriority) {
        StringBuilder passedOver = new StringBuilder();
        for (KernelProvider provider : byPriority) {
            KernelProvider.Availability availability = provider.probe();
            if (availability instanceof KernelProvider.Availability.Available available) {
                String reason =
                        passedOver.length() == 0 ? "the fastest provider, its self-test passed" : passedOver.toString();
                return new KernelSelection(available.kernels(), reason);
            }
            String why = ((KernelProvider.Availability.Unavailable) availability).reason();
            passedOver
                    .append(passedOver.length() == 0 ? "" : "; ")
                    .append(provider.name())
                    .append(" passed over: ")
                    .append(why);
        }
        throw new AthanorException(
                "Cannot choose kernels",
                "no provider works (" + passedOver + ")",
                "Check that the engine's jar is whole: META-INF/services must name the providers");
    }

    private static KernelSelection named(String wanted, List<KernelProvider> byPriority) {
        List<String> names = new ArrayList<>(List.of(AUTO));
        for (KernelProvider provider : byPriority) {
            names.add(provider.name());
            if (provider.name().equals(wanted)) {
                KernelProvider.Availability availability = provider.probe();
                if (availability instanceof KernelProvider.Availability.Available available) {
                    return new KernelSelection(available.kernels(), "asked for by name");
                }
                throw new AthanorException(
                        "Cannot use kernels '" + wanted + "'",
                        ((KernelProvider.Availability.Unavailable) availability).reason(),
                        "Mend that, or choose '" + AUTO + "' to take the best provider that works");
            }
        }
        throw new AthanorException(
                "Cannot use kernels '" + wanted + "'",
                "no provider has that name",
                NearestName.of(wanted, names)
                                .map(n -> "Did you mean '" + n + "'? ")
                                .orElse("") + "Known names: " + String.join(", ", names));
    }
}
