package dev.athanor.pipelines.report;

import dev.athanor.engine.optim.EarlyStopping;
import dev.athanor.engine.train.EpochMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;

/** The epochs of a training, from the measurements that its run recorded. */
public final class EpochHistory {
    private static final String VALIDATION = "validation_";
    private static final Set<String> ERRORS = Set.of("rmse", "mae");

    private EpochHistory() {}

    /**
     * The epochs, oldest first; empty when these are not the measurements of a training.
     *
     * @param metrics by name, values by epoch
     */
    public static List<EpochMetrics> of(Map<String, NavigableMap<Long, Double>> metrics) {
        String metric = metrics.keySet().stream()
                .filter(name -> name.startsWith(VALIDATION) && !name.equals("validation_loss"))
                .map(name -> name.substring(VALIDATION.length()))
                .findFirst()
                .orElse(null);
        if (metric == null || !metrics.containsKey("train_loss")) {
            return List.of();
        }
        EarlyStopping best = new EarlyStopping(!ERRORS.contains(metric), 0, 0);
        List<EpochMetrics> history = new ArrayList<>();
        for (long epoch : metrics.get("train_loss").keySet()) {
            double value = value(metrics, VALIDATION + metric, epoch);
            double loss = value(metrics, "validation_loss", epoch);
            boolean isBest = best.accept(Math.toIntExact(epoch), value, loss);
            double recorded = value(metrics, "best", epoch);
            history.add(new EpochMetrics(
                    Math.toIntExact(epoch),
                    value(metrics, "train_loss", epoch),
                    loss,
                    metric,
                    value,
                    value(metrics, "learning_rate", epoch),
                    value(metrics, "seconds", epoch),
                    value(metrics, "rows_per_second", epoch),
                    Double.isNaN(recorded) ? isBest : recorded > 0));
        }
        return history;
    }

    private static double value(Map<String, NavigableMap<Long, Double>> metrics, String name, long epoch) {
        NavigableMap<Long, Double> values = metrics.get(name);
        Double value = values == null ? null : values.get(epoch);
        return value == null ? Double.NaN : value;
    }
}
