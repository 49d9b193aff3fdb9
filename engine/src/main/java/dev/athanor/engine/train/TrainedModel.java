package dev.athanor.engine.train;

import dev.athanor.engine.metrics.Evaluation;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.NetworkChoice;
import dev.athanor.engine.table.TableProfile;
import java.util.List;
import java.util.Map;

/** A trained, calibrated model that is not written yet, and what training said about it. */
public final class TrainedModel {
    private final TableProfile profile;
    private final NetworkChoice choice;
    private final EncoderPlan plan;
    private final Trainable network;
    private final PackageContent content;
    private final FitResult result;
    private final HoldOut holdOut;
    private final List<String> notes;
    private final long spilledBytes;

    /** Writes what a package holds of the network and its encoder. */
    interface PackageContent {
        /** @return the content address of the package */
        String write(PackageFiles files, Manifest manifest);
    }

    TrainedModel(
            TableProfile profile,
            NetworkChoice choice,
            EncoderPlan plan,
            Trainable network,
            PackageContent content,
            FitResult result,
            HoldOut holdOut,
            List<String> notes,
            long spilledBytes) {
        this.profile = profile;
        this.choice = choice;
        this.plan = plan;
        this.network = network;
        this.content = content;
        this.result = result;
        this.holdOut = holdOut;
        this.notes = List.copyOf(notes);
        this.spilledBytes = spilledBytes;
    }

    /** Kind of network: {@code linear}, {@code mlp}, {@code cnn}, {@code text} or {@code transformer}. */
    public String network() {
        return choice.network();
    }

    /** Why this kind. */
    public String networkReason() {
        return choice.reason();
    }

    /** Quality on the rows kept aside, by name, see {@link Evaluation#metrics()}. */
    public Map<String, Double> metrics() {
        return holdOut.evaluation().metrics();
    }

    /** Quality on the rows kept aside; calibration was fitted on the same rows. */
    public Evaluation evaluation() {
        return holdOut.evaluation();
    }

    /** Every epoch, those before a restart included. */
    public List<EpochMetrics> history() {
        return result.history();
    }

    /** The epoch whose weights were kept, from 1. */
    public int bestEpoch() {
        return result.bestEpoch();
    }

    /** Softmax temperature fitted on the rows kept aside. */
    public double temperature() {
        return holdOut.calibration().temperature();
    }

    /** What a reader of the report should know: why this task, rows left out, too few rows to measure on. */
    public List<String> notes() {
        return notes;
    }

    /** Bytes of encoded rows that went to local disk because they did not fit in memory. */
    public long spilledBytes() {
        return spilledBytes;
    }

    /** Parameters of the network. */
    public long parameters() {
        return network.tensors().values().stream().mapToLong(t -> t.size()).sum();
    }

    /**
     * Writes the model package.
     *
     * @return its content address, the sha256 of {@code athanor.json}
     */
    public String write(PackageFiles files, Manifest.Lineage lineage) {
        Manifest manifest = new Manifest(
                Manifest.FORMAT_VERSION,
                plan.label().task(),
                choice.network(),
                choice.reason(),
                profile.features(),
                profile.label().name(),
                profile.label().sqlType(),
                plan.label().classes(),
                metrics(),
                holdOut.calibration().temperature(),
                holdOut.calibration().smoothing(),
                holdOut.interval().low(),
                holdOut.interval().high(),
                lineage,
                Map.of());
        return content.write(files, manifest);
    }
}
