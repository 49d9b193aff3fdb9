package dev.athanor.engine.train;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.finetune.FineTuning;
import dev.athanor.engine.finetune.PretrainedEncoder;
import dev.athanor.engine.finetune.SequenceNetwork;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.model.TransformerPackage;
import dev.athanor.engine.nn.Network;
import dev.athanor.engine.nn.NetworkSize;
import dev.athanor.engine.nn.NetworkSpec;
import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.nn.Trainable;
import dev.athanor.engine.table.EncoderPlan;
import dev.athanor.engine.table.NetworkChoice;
import dev.athanor.engine.table.TableProfile;
import dev.athanor.engine.transformer.TransformerSpec;
import dev.athanor.engine.transformer.Tuning;
import java.util.ArrayList;
import java.util.List;

/** A network to be trained on a table: how rows are encoded for it, how much there is to it, how it is made and written. */
abstract class Blueprint {
    private final NetworkChoice choice;
    private final EncoderPlan plan;

    private Blueprint(NetworkChoice choice, EncoderPlan plan) {
        this.choice = choice;
        this.plan = plan;
    }

    /** Plans what the options ask for. */
    static Blueprint of(TableProfile profile, TrainOptions options) {
        NetworkChoice choice = NetworkChoice.of(profile, options.network());
        boolean transformer = choice.network().equals(NetworkChoice.TRANSFORMER);
        if (transformer != (options.from() != null)) {
            throw new AthanorException(
                    "Cannot train network " + choice.network(),
                    transformer ? "there is no model to begin from" : "it begins from nothing, and a model was given",
                    transformer
                            ? "Name an imported model with --from"
                            : "Leave out --from, or choose --network transformer");
        }
        return transformer ? new OfTexts(profile, options) : new OfColumns(profile, choice);
    }

    NetworkChoice choice() {
        return choice;
    }

    EncoderPlan plan() {
        return plan;
    }

    final int outputs() {
        return Math.max(1, plan.label().classes().size());
    }

    /** @param rows to train on */
    abstract TrainDefaults recipe(long rows);

    /** Looks at how much memory there is, and decides by it how to compute. */
    abstract NetworkSize size(FitOptions options);

    abstract Trainable create(long seed);

    /** Writes the package of what {@link #create} made. */
    abstract String write(PackageFiles files, Manifest manifest, Trainable network);

    /** What a reader of the report should know. */
    List<String> notes() {
        return List.of();
    }

    /** A network that begins from nothing. */
    private static final class OfColumns extends Blueprint {
        private final NetworkSpec spec;

        OfColumns(TableProfile profile, NetworkChoice choice) {
            super(choice, EncoderPlan.of(profile, choice.network()));
            this.spec = NetworkSpec.defaults(choice.network(), plan().layout(), outputs(), plan().textBags());
        }

        @Override
        TrainDefaults recipe(long rows) {
            return TrainDefaults.of(spec, rows);
        }

        @Override
        NetworkSize size(FitOptions options) {
            return NetworkSize.of(spec);
        }

        @Override
        Trainable create(long seed) {
            return Network.create(spec, seed);
        }

        @Override
        String write(PackageFiles files, Manifest manifest, Trainable network) {
            return ModelPackage.write(files, manifest, spec, network.tensors(), plan());
        }
    }

    /** A pretrained encoder with outputs. */
    private static final class OfTexts extends Blueprint {
        private final PretrainedEncoder from;
        private final TransformerSpec encoder;
        private Tuning tuning;

        OfTexts(TableProfile profile, TrainOptions options) {
            super(
                    new NetworkChoice(
                            NetworkChoice.TRANSFORMER,
                            "asked for, from " + options.from().name()),
                    plan(profile, options.from()));
            this.from = options.from();
            this.encoder = from.spec();
            this.tuning = new Tuning(options.adapterRank(), true, false);
        }

        private static EncoderPlan plan(TableProfile profile, PretrainedEncoder from) {
            return EncoderPlan.ofTexts(
                    profile,
                    from.tokenizer(),
                    from.settings().maxTokens(),
                    from.settings().lowerCase(),
                    from.spec().vocabulary());
        }

        @Override
        TrainDefaults recipe(long rows) {
            return FineTuning.defaults(tuning.rank(), rows);
        }

        /** Blocks are computed again where there is no memory to keep them: results do not change by it. */
        @Override
        NetworkSize size(FitOptions options) {
            int rows = Math.max(1, options.recipe().batchSize() / options.threads());
            NetworkSize kept = SequenceNetwork.size(encoder, outputs(), tuning, rows);
            boolean fits = TrainingMemory.of(kept, plan().layout(), options).fits(TrainingMemory.available());
            tuning = tuning.withCheckpoints(!fits);
            return fits ? kept : SequenceNetwork.size(encoder, outputs(), tuning, rows);
        }

        @Override
        Trainable create(long seed) {
            return SequenceNetwork.of(from, plan().layout(), outputs(), tuning, seed);
        }

        @Override
        String write(PackageFiles files, Manifest manifest, Trainable network) {
            return TransformerPackage.writeTexts(files, manifest, (SequenceNetwork) network, from, plan());
        }

        @Override
        List<String> notes() {
            List<String> notes = new ArrayList<>();
            int columns = plan().columns().size();
            if (columns > 1) {
                notes.add(
                        columns == 2
                                ? "the two columns are read as the pair of texts that the tokenizer makes of them"
                                : "the first column and the others, joined by ' | ', are read as a pair of texts");
            }
            if (tuning.checkpoints()) {
                notes.add("what each block computes was computed twice, as the heap is too small to keep it");
            }
            return notes;
        }
    }
}
