package dev.athanor.engine.table;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Passes over training rows once and learns what encoding needs: moments, distinct values, lengths, document frequencies.
 *
 * <p>Memory is bounded whatever the number of rows: about 1 MiB per string column, 16 bytes per vector element, and the
 * distinct values up to a limit. Profilers of parts of a table merge, so each Spark task has one of its own and the
 * driver joins their bytes. One thread.
 *
 * <pre>{@code
 * TableProfiler profiler = new TableProfiler(features, label);
 * while (rows.next(batch)) {
 *     profiler.accept(batch);
 * }
 * TableProfile profile = profiler.profile();
 * }</pre>
 */
public final class TableProfiler {
    private static final int FORMAT = 1;
    // Deflater streams are very slow for one number at a time.
    private static final int BUFFER_BYTES = 1 << 16;

    private final List<ColumnSpec> features;
    private final ColumnSpec label;
    private final ColumnStats[] columns;
    private final LabelStats labels;

    /**
     * @param features feature columns, in the order of the signature
     * @param label the label column (NUMBER or STRING)
     */
    public TableProfiler(List<ColumnSpec> features, ColumnSpec label) {
        this(
                features,
                label,
                features.stream().map(f -> ColumnStats.of(f.kind())).toArray(ColumnStats[]::new),
                new LabelStats(label.kind()));
    }

    private TableProfiler(List<ColumnSpec> features, ColumnSpec label, ColumnStats[] columns, LabelStats labels) {
        this.features = List.copyOf(features);
        this.label = Objects.requireNonNull(label, "label");
        this.columns = columns;
        this.labels = labels;
    }

    /** What was learnt of some of the features, in their order; this profiler is of no use afterwards. */
    public TableProfiler keeping(List<ColumnSpec> some) {
        ColumnStats[] kept = new ColumnStats[some.size()];
        for (int i = 0; i < kept.length; i++) {
            int at = features.indexOf(some.get(i));
            if (at < 0) {
                throw new IllegalArgumentException("Cannot keep column " + some.get(i) + ": it was not profiled");
            }
            kept[i] = columns[at];
        }
        return new TableProfiler(some, label, kept, labels);
    }

    /** Takes in the rows of a batch; of a row without a label only its absence is noted. */
    public void accept(RowBatch batch) {
        for (int row = 0; row < batch.rows(); row++) {
            if (labels.accept(batch.label(), row)) {
                for (int i = 0; i < columns.length; i++) {
                    columns[i].accept(batch.column(i), row);
                }
            }
        }
    }

    /** Adds what another profiler of the same columns has seen. */
    public void merge(TableProfiler other) {
        if (!features.equals(other.features) || !label.equals(other.label)) {
            throw new IllegalArgumentException("Cannot merge profiles: one is of " + features + " with label " + label
                    + ", the other of " + other.features + " with label " + other.label);
        }
        for (int i = 0; i < columns.length; i++) {
            columns[i].merge(other.columns[i]);
        }
        labels.merge(other.labels);
    }

    /** What was learnt so far. */
    public TableProfile profile() {
        List<ColumnProfile> profiles = new ArrayList<>();
        for (ColumnStats column : columns) {
            profiles.add(column.profile());
        }
        return new TableProfile(features, label, profiles, labels.profile());
    }

    /** The state, compressed, for another process of the same version. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new DeflaterOutputStream(bytes, deflater), BUFFER_BYTES))) {
            out.writeInt(FORMAT);
            out.writeInt(features.size());
            for (ColumnSpec feature : features) {
                write(out, feature);
            }
            write(out, label);
            for (ColumnStats column : columns) {
                column.write(out);
            }
            labels.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /** The profiler whose {@link #toBytes()} these are. */
    public static TableProfiler fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(
                new BufferedInputStream(new InflaterInputStream(new ByteArrayInputStream(bytes)), BUFFER_BYTES))) {
            int format = in.readInt();
            if (format != FORMAT) {
                throw new IllegalArgumentException("Cannot read profile: format " + format + ", expected " + FORMAT);
            }
            int n = in.readInt();
            List<ColumnSpec> features = new ArrayList<>();
            for (int i = 0; i < n; i++) {
                features.add(readSpec(in));
            }
            TableProfiler profiler = new TableProfiler(features, readSpec(in));
            for (ColumnStats column : profiler.columns) {
                column.read(in);
            }
            profiler.labels.read(in);
            return profiler;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read profile: " + e.getMessage(), e);
        }
    }

    private static void write(DataOutputStream out, ColumnSpec spec) throws IOException {
        out.writeUTF(spec.name());
        out.writeUTF(spec.kind().name());
        out.writeUTF(spec.sqlType());
    }

    private static ColumnSpec readSpec(DataInputStream in) throws IOException {
        return new ColumnSpec(in.readUTF(), ColumnKind.valueOf(in.readUTF()), in.readUTF());
    }
}
