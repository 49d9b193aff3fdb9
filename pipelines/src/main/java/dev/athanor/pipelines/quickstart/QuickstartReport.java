package dev.athanor.pipelines.quickstart;

import dev.athanor.pipelines.cli.ReportText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What came of the quickstart.
 *
 * @param model {@code name@version} as registered
 * @param network kind of network
 * @param networkReason why this kind
 * @param kernels what it was computed with
 * @param trainRows rows trained and validated on
 * @param testRows rows kept aside, on which all figures were measured
 * @param accuracy share of them predicted right
 * @param macroF1 F1 averaged over the classes
 * @param ece expected calibration error
 * @param brier mean squared error of the probabilities
 * @param logLoss mean −log probability of the true class, nats
 * @param predictions a handful of rows with their prediction, from {@code SELECT predict(…)}
 * @param report path of the HTML page
 * @param tryNext commands to go on with
 * @param seconds wall time of the job
 */
public record QuickstartReport(
        String model,
        String network,
        String networkReason,
        String kernels,
        long trainRows,
        long testRows,
        Double accuracy,
        Double macroF1,
        Double ece,
        Double brier,
        Double logLoss,
        List<Prediction> predictions,
        String report,
        List<String> tryNext,
        double seconds)
        implements ReportText {

    /**
     * A row and what the model says of it.
     *
     * @param id of the row in table {@code digits}
     * @param label the digit it is
     * @param prediction the digit it is taken for
     * @param confidence calibrated probability of that
     */
    public record Prediction(int id, int label, int prediction, double confidence) {}

    @Override
    public List<String> lines(int widest) {
        List<String> lines = new ArrayList<>();
        lines.add("  id  label  prediction  confidence");
        for (Prediction p : predictions) {
            lines.add(String.format(
                    Locale.ROOT, "%4d  %5d  %10d  %8.1f %%", p.id(), p.label(), p.prediction(), 100 * p.confidence()));
        }
        lines.add("");
        lines.add(
                String.format(Locale.ROOT, "%s: %.1f %% right on %d rows kept aside", model, 100 * accuracy, testRows));
        lines.add("report: " + report);
        lines.add("");
        lines.add("try next:");
        tryNext.forEach(command -> lines.add("  " + command));
        return lines;
    }
}
