package dev.athanor.engine.kernels;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Function;
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
    private static final Map<String, KernelSelection> CHOSEN = new HashMap<>();

    /** The provider that computes in low precision, and the one whose other kernels it takes. */
    private static final String LOW_PRECISION = "onednn";

    private static final String EXTENDED = "vector";

    private KernelRegistry() {}

    /**
     * @param wanted {@code auto}, or the name of a provider ({@code vector}, {@code onednn}, {@code scalar})
     * @throws AthanorException if no provider has that name, or the one that has it does not work here
     */
    public static KernelSelection select(String wanted) {
        // not computeIfAbsent: a provider may select another one while it is probed
        synchronized (CHOSEN) {
            KernelSelection selection = CHOSEN.get(wanted);
            if (selection == null) {
                selection = select(wanted, providers());
                LOG.info("Kernels: {}: {}", selection.kernels().description(), selection.reason());
                CHOSEN.put(wanted, selection);
            }
            return selection;
        }
    }

    /**
     * The kernels for products of some precision, where others compute the rest: the best provider that computes in it,
     * or these themselves.
     *
     * @param kernels chosen for FLOAT32
     */
    public static KernelSelection forPrecision(Kernels kernels, Precision precision) {
        return forPrecision(kernels, precision, KernelRegistry::select);
    }

    static KernelSelection forPrecision(
            Kernels kernels, Precision precision, Function<String, KernelSelection> providers) {
        if (precision == Precision.FLOAT32 || !kernels.name().equals(EXTENDED)) {
            return new KernelSelection(kernels, "chosen for all precisions");
        }
        try {
            Kernels low = providers.apply(LOW_PRECISION).kernels();
            return new KernelSelection(low, "computes in " + precision.code());
        } catch (AthanorException e) {
            return new KernelSelection(
                    kernels,
                    precision.code()
                            + " weights are expanded to fp32 in every product, which saves memory and no time: "
                            + LOW_PRECISION + " passed over: " + e.reason());
        }
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
