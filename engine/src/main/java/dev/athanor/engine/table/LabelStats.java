package dev.athanor.engine.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Labels seen so far: bounded memory, mergeable, one thread. */
final class LabelStats {
    /** Classes a model may have at most. */
    static final int CLASS_LIMIT = 10_000;

    private final boolean text;
    private final Tally.OfStrings strings = new Tally.OfStrings(CLASS_LIMIT);
    private final Tally.OfNumbers numbers = new Tally.OfNumbers(CLASS_LIMIT);
    private final Moments moments = new Moments();
    private long rows;
    private long nulls;
    private long nans;
    private boolean fractions;

    LabelStats(ColumnKind kind) {
        if (kind != ColumnKind.NUMBER && kind != ColumnKind.STRING) {
            throw new IllegalArgumentException("Cannot profile label: it is a " + kind + ", not a NUMBER or STRING");
        }
        this.text = kind == ColumnKind.STRING;
    }

    /** @return whether the row has a label */
    boolean accept(FeatureColumn column, int row) {
        rows++;
        if (column.isNull(row)) {
            nulls++;
            return false;
        }
        if (text) {
            FeatureColumn.Bytes bytes = (FeatureColumn.Bytes) column;
            strings.add(bytes.data(), bytes.start(row), bytes.end(row), 1);
            return true;
        }
        double value = ((FeatureColumn.Numbers) column).value(row);
        if (!Double.isFinite(value)) {
            nans++;
            return true;
        }
        fractions |= value != Math.rint(value);
        numbers.add(value, 1);
        moments.add(value);
        return true;
    }

    void merge(LabelStats other) {
        strings.merge(other.strings);
        numbers.merge(other.numbers);
        moments.merge(other.moments);
        rows += other.rows;
        nulls += other.nulls;
        nans += other.nans;
        fractions |= other.fractions;
    }

    void write(DataOutput out) throws IOException {
        strings.write(out);
        numbers.write(out);
        moments.write(out);
        out.writeLong(rows);
        out.writeLong(nulls);
        out.writeLong(nans);
        out.writeBoolean(fractions);
    }

    void read(DataInput in) throws IOException {
        strings.read(in);
        numbers.read(in);
        moments.merge(Moments.read(in));
        rows = in.readLong();
        nulls = in.readLong();
        nans = in.readLong();
        fractions = in.readBoolean();
    }

    LabelProfile profile() {
        return new LabelProfile(
                rows,
                nulls,
                nans,
                text && !strings.overflown() ? strings.byCount() : null,
                !text && !numbers.overflown() ? numbers.ascending() : null,
                !fractions,
                moments.mean(),
                moments.deviation());
    }
}
