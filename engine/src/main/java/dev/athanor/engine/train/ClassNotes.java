package dev.athanor.engine.train;

import dev.athanor.engine.nn.TrainDefaults;
import dev.athanor.engine.table.LabelPlan;
import dev.athanor.engine.table.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a reader should know of a classifier whose classes are rare, or whose rows are few. */
final class ClassNotes {
    private static final int SHOWN = 5;

    private ClassNotes() {}

    /**
     * One sentence for each thing to know; none for regression.
     *
     * @param trainRows rows to learn from
     * @param unseen classes that no validation row has
     */
    static List<String> of(LabelPlan label, long trainRows, List<String> unseen) {
        List<String> notes = new ArrayList<>();
        if (label.task() != Task.CLASSIFICATION) {
            return notes;
        }
        if (Trainer.judgesByLoss(label.task(), trainRows)) {
            notes.add(String.format(
                    Locale.ROOT,
                    "the best epoch is that of the lowest validation loss, not of the highest accuracy: there are fewer than"
                            + " %,d rows to learn from",
                    TrainDefaults.FEW_ROWS));
        }
        int classes = label.classes().size();
        long once = label.counts().stream().filter(n -> n == 1).count();
        if (once * 2 > classes) {
            notes.add(String.format(
                    Locale.ROOT,
                    "%,d of the %,d classes in label column %s occur in one row only, as in a column of names or ids: no"
                            + " model can learn them",
                    once,
                    classes,
                    label.column()));
        }
        if (!unseen.isEmpty()) {
            notes.add(String.format(
                    Locale.ROOT,
                    "no validation row has %s: the metrics say nothing of %s; a larger share of rows is kept aside with"
                            + " --validation",
                    unseen.size() == 1
                            ? "class " + quoted(unseen.get(0))
                            : String.format(Locale.ROOT, "%,d of the %,d classes (", unseen.size(), classes)
                                    + unseen.stream()
                                            .limit(SHOWN)
                                            .map(ClassNotes::quoted)
                                            .collect(Collectors.joining(", "))
                                    + (unseen.size() > SHOWN ? ", …)" : ")"),
                    unseen.size() == 1 ? "it" : "them"));
        }
        return notes;
    }

    private static String quoted(String name) {
        return "'" + name.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r") + "'";
    }
}
