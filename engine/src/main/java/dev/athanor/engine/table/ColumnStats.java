package dev.athanor.engine.table;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** What one feature column held so far: bounded memory, mergeable, one thread. */
abstract sealed class ColumnStats {
    /** Distinct values are exact up to this many, then "many". */
    static final int DISTINCT_LIMIT = 1_000;

    long rows;
    long nulls;

    static ColumnStats of(ColumnKind kind) {
        return switch (kind) {
            case NUMBER -> new OfNumbers();
            case STRING -> new OfStrings();
            case VECTOR -> new OfVectors();
            case IMAGE_FILE -> new OfImages();
        };
    }

    /** Takes in one row of the column. */
    final void accept(FeatureColumn column, int row) {
        rows++;
        if (column.isNull(row)) {
            nulls++;
        } else {
            value(column, row);
        }
    }

    final void merge(ColumnStats other) {
        rows += other.rows;
        nulls += other.nulls;
        mergeValues(other);
    }

    final void write(DataOutput out) throws IOException {
        out.writeLong(rows);
        out.writeLong(nulls);
        writeValues(out);
    }

    final void read(DataInput in) throws IOException {
        rows = in.readLong();
        nulls = in.readLong();
        readValues(in);
    }

    abstract void value(FeatureColumn column, int row);

    abstract void mergeValues(ColumnStats other);

    abstract void writeValues(DataOutput out) throws IOException;

    abstract void readValues(DataInput in) throws IOException;

    abstract ColumnProfile profile();

    private static void writeCounts(DataOutput out, Map<Long, Long> counts) throws IOException {
        out.writeInt(counts.size());
        for (Map.Entry<Long, Long> e : counts.entrySet()) {
            out.writeLong(e.getKey());
            out.writeLong(e.getValue());
        }
    }

    private static void readCounts(DataInput in, Map<Long, Long> counts) throws IOException {
        int n = in.readInt();
        for (int i = 0; i < n; i++) {
            counts.merge(in.readLong(), in.readLong(), Long::sum);
        }
    }

    static final class OfNumbers extends ColumnStats {
        private final Moments moments = new Moments();
        private final Tally.OfNumbers distinct = new Tally.OfNumbers(DISTINCT_LIMIT);
        private long nans;
        private long infinities;

        @Override
        void value(FeatureColumn column, int row) {
            double value = ((FeatureColumn.Numbers) column).value(row);
            if (Double.isNaN(value)) {
                nans++;
            } else if (Double.isInfinite(value)) {
                infinities++;
            } else {
                moments.add(value);
                distinct.add(value, 1);
            }
        }

        @Override
        void mergeValues(ColumnStats other) {
            OfNumbers o = (OfNumbers) other;
            moments.merge(o.moments);
            distinct.merge(o.distinct);
            nans += o.nans;
            infinities += o.infinities;
        }

        @Override
        void writeValues(DataOutput out) throws IOException {
            moments.write(out);
            distinct.write(out);
            out.writeLong(nans);
            out.writeLong(infinities);
        }

        @Override
        void readValues(DataInput in) throws IOException {
            moments.merge(Moments.read(in));
            distinct.read(in);
            nans = in.readLong();
            infinities = in.readLong();
        }

        @Override
        ColumnProfile profile() {
            return new ColumnProfile.Numbers(
                    rows,
                    nulls,
                    nans,
                    infinities,
                    moments.mean(),
                    moments.deviation(),
                    moments.count() == 0 ? 0 : moments.min(),
                    moments.count() == 0 ? 0 : moments.max(),
                    distinct.overflown() ? -1 : distinct.size());
        }
    }

    static final class OfStrings extends ColumnStats {
        private static final int LONGEST_CATEGORY = 256;

        private final TextHasher hasher = new TextHasher(TextFeatures.DEFAULT);
        private final int[] documents = new int[TextFeatures.DEFAULT.buckets()];
        private final Tally.OfStrings distinct = new Tally.OfStrings(DISTINCT_LIMIT);
        private long bytes;
        private long words;
        private long cut;

        @Override
        void value(FeatureColumn column, int row) {
            FeatureColumn.Bytes texts = (FeatureColumn.Bytes) column;
            int from = texts.start(row);
            int to = texts.end(row);
            int n = hasher.hash(texts.data(), from, to);
            for (int i = 0; i < n; i++) {
                int bucket = hasher.bucket(i);
                if (documents[bucket] != Integer.MAX_VALUE) {
                    documents[bucket]++;
                }
            }
            bytes += to - from;
            words += hasher.words();
            if (to - from > TextFeatures.DEFAULT.limitBytes()) {
                cut++;
            }
            if (to - from > LONGEST_CATEGORY) {
                distinct.overflow();
            } else {
                distinct.add(texts.data(), from, to, 1);
            }
        }

        @Override
        void mergeValues(ColumnStats other) {
            OfStrings o = (OfStrings) other;
            for (int i = 0; i < documents.length; i++) {
                documents[i] = (int) Math.min(Integer.MAX_VALUE, (long) documents[i] + o.documents[i]);
            }
            distinct.merge(o.distinct);
            bytes += o.bytes;
            words += o.words;
            cut += o.cut;
        }

        @Override
        void writeValues(DataOutput out) throws IOException {
            for (int n : documents) {
                out.writeInt(n);
            }
            distinct.write(out);
            out.writeLong(bytes);
            out.writeLong(words);
            out.writeLong(cut);
        }

        @Override
        void readValues(DataInput in) throws IOException {
            for (int i = 0; i < documents.length; i++) {
                documents[i] = in.readInt();
            }
            distinct.read(in);
            bytes = in.readLong();
            words = in.readLong();
            cut = in.readLong();
        }

        @Override
        ColumnProfile profile() {
            double texts = Math.max(1, rows - nulls);
            return new ColumnProfile.Strings(
                    rows,
                    nulls,
                    bytes / texts,
                    words / texts,
                    cut,
                    distinct.overflown() ? null : distinct.byCount(),
                    documents.clone());
        }
    }

    static final class OfVectors extends ColumnStats {
        private static final int LENGTHS_LIMIT = 64;
        private static final int LONGEST = 1 << 16;

        private final Map<Long, Long> lengths = new TreeMap<>();
        private double[] means = {};
        private double[] squares = {};
        private long vectors;
        private long notFinite;
        private boolean fractions;
        private float min = Float.POSITIVE_INFINITY;
        private float max = Float.NEGATIVE_INFINITY;

        @Override
        void value(FeatureColumn column, int row) {
            FeatureColumn.Vectors v = (FeatureColumn.Vectors) column;
            int from = v.start(row);
            int length = v.end(row) - from;
            if (lengths.size() < LENGTHS_LIMIT || lengths.containsKey((long) length)) {
                lengths.merge((long) length, 1L, Long::sum);
            }
            if (vectors == 0 && length <= LONGEST) {
                means = new double[length];
                squares = new double[length];
            }
            if (length != means.length) {
                return;
            }
            float[] data = v.data();
            for (int i = from; i < from + length; i++) {
                if (!Float.isFinite(data[i])) {
                    notFinite++;
                    return;
                }
            }
            double share = 1.0 / ++vectors;
            for (int i = 0; i < length; i++) {
                float value = data[from + i];
                double delta = value - means[i];
                means[i] += delta * share;
                squares[i] += delta * (value - means[i]);
                min = Math.min(min, value);
                max = Math.max(max, value);
                fractions |= value != (int) value;
            }
        }

        @Override
        void mergeValues(ColumnStats other) {
            OfVectors o = (OfVectors) other;
            o.lengths.forEach((length, n) -> lengths.merge(length, n, Long::sum));
            notFinite += o.notFinite;
            fractions |= o.fractions;
            min = Math.min(min, o.min);
            max = Math.max(max, o.max);
            if (o.vectors == 0 || (vectors > 0 && o.means.length != means.length)) {
                return; // ragged: the lengths say so, and no plan is made from such a column
            }
            if (vectors == 0) {
                means = o.means.clone();
                squares = o.squares.clone();
                vectors = o.vectors;
                return;
            }
            double total = (double) vectors + o.vectors;
            for (int i = 0; i < means.length; i++) {
                double delta = o.means[i] - means[i];
                means[i] += delta * o.vectors / total;
                squares[i] += o.squares[i] + delta * delta * (vectors * (o.vectors / total));
            }
            vectors += o.vectors;
        }

        @Override
        void writeValues(DataOutput out) throws IOException {
            writeCounts(out, lengths);
            out.writeInt(means.length);
            for (int i = 0; i < means.length; i++) {
                out.writeDouble(means[i]);
                out.writeDouble(squares[i]);
            }
            out.writeLong(vectors);
            out.writeLong(notFinite);
            out.writeBoolean(fractions);
            out.writeFloat(min);
            out.writeFloat(max);
        }

        @Override
        void readValues(DataInput in) throws IOException {
            readCounts(in, lengths);
            means = new double[in.readInt()];
            squares = new double[means.length];
            for (int i = 0; i < means.length; i++) {
                means[i] = in.readDouble();
                squares[i] = in.readDouble();
            }
            vectors = in.readLong();
            notFinite = in.readLong();
            fractions = in.readBoolean();
            min = in.readFloat();
            max = in.readFloat();
        }

        @Override
        ColumnProfile profile() {
            double[] deviations = new double[squares.length];
            for (int i = 0; i < deviations.length; i++) {
                deviations[i] = vectors == 0 ? 0 : Math.sqrt(Math.max(0, squares[i] / vectors));
            }
            return new ColumnProfile.Vectors(
                    rows,
                    nulls,
                    Map.copyOf(lengths),
                    notFinite,
                    means.clone(),
                    deviations,
                    vectors == 0 ? 0 : min,
                    vectors == 0 ? 0 : max,
                    !fractions);
        }
    }

    static final class OfImages extends ColumnStats {
        private static final int SIZES_LIMIT = 256;

        /** (height · 2^32 + width · 4 + channels) to rows. */
        private final Map<Long, Long> sizes = new TreeMap<>();

        private long unreadable;

        @Override
        void value(FeatureColumn column, int row) {
            FeatureColumn.Bytes files = (FeatureColumn.Bytes) column;
            ImageHeader header = ImageHeader.read(files.data(), files.start(row), files.end(row));
            if (header == null || header.width() >= 1 << 28) {
                unreadable++;
                return;
            }
            long key = (long) header.height() << 32 | (long) header.width() << 2 | header.channels();
            if (sizes.size() < SIZES_LIMIT || sizes.containsKey(key)) {
                sizes.merge(key, 1L, Long::sum);
            }
        }

        @Override
        void mergeValues(ColumnStats other) {
            OfImages o = (OfImages) other;
            o.sizes.forEach((size, n) -> sizes.merge(size, n, Long::sum));
            unreadable += o.unreadable;
        }

        @Override
        void writeValues(DataOutput out) throws IOException {
            writeCounts(out, sizes);
            out.writeLong(unreadable);
        }

        @Override
        void readValues(DataInput in) throws IOException {
            readCounts(in, sizes);
            unreadable = in.readLong();
        }

        @Override
        ColumnProfile profile() {
            Map<InputLayout.ImageShape, Long> shapes = new java.util.LinkedHashMap<>();
            sizes.forEach((key, n) -> shapes.merge(
                    new InputLayout.ImageShape((int) (key >>> 32), (int) ((key >>> 2) & 0x3FFFFFFF), (int) (key & 3)),
                    n,
                    Long::sum));
            return new ColumnProfile.Images(rows, nulls, unreadable, shapes);
        }
    }
}
