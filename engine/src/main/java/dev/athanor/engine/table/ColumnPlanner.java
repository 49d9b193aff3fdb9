package dev.athanor.engine.table;

import dev.athanor.engine.AthanorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Decides how each profiled column is encoded, and where its features stand. */
final class ColumnPlanner {
    private static final int ONE_HOT_VALUES = 64;
    private static final int CATEGORY_WORDS = 4;
    private static final int SMALLEST_IMAGE_SIDE = 8;
    private static final int LARGEST_IMAGE_SIDE = 96;
    private static final String TRAIN = "Cannot train model";

    private final TableProfile profile;
    private final String image;
    private final List<InputLayout.BagShape> bags = new ArrayList<>();
    private InputLayout.ImageShape imageShape;
    private int dense;

    /** @param asImage whether the network reads an image: then the first image column is one, not dense features */
    ColumnPlanner(TableProfile profile, boolean asImage) {
        this.profile = profile;
        this.image = asImage ? imageColumn(profile) : null;
    }

    /** The layout of the columns planned so far. */
    InputLayout layout() {
        return new InputLayout(dense, imageShape, bags);
    }

    /** Plans the next column; columns are planned once each, in order. */
    ColumnPlan plan(int index) {
        String name = profile.features().get(index).name();
        ColumnProfile column = profile.columns().get(index);
        if (column.rows() == column.nulls()) {
            throw new AthanorException(
                    TRAIN, "feature column " + name + " is null in all rows", "Leave it out of --features");
        }
        ColumnPlan plan;
        if (column instanceof ColumnProfile.Numbers numbers) {
            plan = numbers(name, numbers);
        } else if (column instanceof ColumnProfile.Strings strings) {
            plan = strings(name, strings);
        } else if (column instanceof ColumnProfile.Vectors vectors) {
            plan = vectors(name, vectors);
        } else {
            plan = images(name, (ColumnProfile.Images) column);
        }
        dense += plan.features();
        return plan;
    }

    private ColumnPlan numbers(String name, ColumnProfile.Numbers column) {
        if (column.nans() + column.infinities() > 0) {
            throw new AthanorException(
                    TRAIN,
                    "feature column " + name + " holds " + column.nans() + " NaN and " + column.infinities()
                            + " infinite values",
                    "Turn them into null, which training fills in and flags, or leave those rows out");
        }
        double scale = column.deviation() > 0 ? 1 / column.deviation() : 0;
        return new ColumnPlan.Standardised(name, dense, column.mean(), scale, column.nulls() > 0);
    }

    private ColumnPlan strings(String name, ColumnProfile.Strings column) {
        if (isText(column)) {
            bags.add(new InputLayout.BagShape(name, TextFeatures.DEFAULT.buckets()));
            return new ColumnPlan.HashedText(name, bags.size() - 1, TextFeatures.DEFAULT);
        }
        int distinct = column.values().size();
        if (distinct <= ONE_HOT_VALUES) {
            return new ColumnPlan.OneHot(
                    name, dense, List.copyOf(column.values().keySet()));
        }
        int bits = 34 - Integer.numberOfLeadingZeros(distinct); // four to eight buckets a value
        bags.add(new InputLayout.BagShape(name, 1 << bits));
        return new ColumnPlan.HashedCategory(name, bags.size() - 1, bits);
    }

    private ColumnPlan vectors(String name, ColumnProfile.Vectors column) {
        if (column.lengths().size() > 1) {
            throw new AthanorException(
                    TRAIN,
                    "feature column " + name + " holds arrays of different lengths: " + lengths(column),
                    "Make all arrays one length, or leave the others out");
        }
        if (column.notFinite() > 0) {
            throw new AthanorException(
                    TRAIN,
                    "feature column " + name + " holds NaN or infinite values in " + column.notFinite() + " rows",
                    "Replace the values, or leave those rows out");
        }
        long length = column.lengths().keySet().iterator().next();
        if (length == 0 || length != column.means().length) {
            throw new AthanorException(
                    TRAIN,
                    "feature column " + name + " holds arrays of length " + length,
                    "Arrays of 1 to 65,536 numbers are supported");
        }
        if (name.equals(image)) {
            int side = side(length);
            imageShape = new InputLayout.ImageShape(side, side, 1);
            return new ColumnPlan.VectorImage(name, imageShape, 1 / column.max());
        }
        if (isPixels(column)) {
            return new ColumnPlan.DenseVector(
                    name, dense, (int) length, List.of(0f), List.of(column.max() > 0 ? 1 / column.max() : 0f));
        }
        List<Float> mean = new ArrayList<>();
        List<Float> scale = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            double deviation = column.deviations()[i];
            mean.add((float) column.means()[i]);
            scale.add(deviation > 0 ? (float) (1 / deviation) : 0f);
        }
        return new ColumnPlan.DenseVector(name, dense, (int) length, mean, scale);
    }

    private static String lengths(ColumnProfile.Vectors column) {
        List<Map.Entry<Long, Long>> byRows = column.lengths().entrySet().stream()
                .sorted(Map.Entry.<Long, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .limit(3)
                .toList();
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Long, Long> e : byRows) {
            text.append(text.isEmpty() ? "" : ", ")
                    .append(e.getKey())
                    .append(" (")
                    .append(e.getValue())
                    .append(e.getValue() == 1 ? " row)" : " rows)");
        }
        return text + (column.lengths().size() > 3 ? ", …" : "");
    }

    private ColumnPlan images(String name, ColumnProfile.Images column) {
        if (column.unreadable() > 0) {
            throw new AthanorException(
                    TRAIN,
                    "feature column " + name + " holds " + column.unreadable()
                            + " values that are not PNG or JPEG images",
                    "Leave those rows out, or convert the files");
        }
        InputLayout.ImageShape shape = imageShape(column);
        if (name.equals(image)) {
            imageShape = shape;
            return new ColumnPlan.ImageFile(name, -1, shape);
        }
        return new ColumnPlan.ImageFile(name, dense, shape);
    }

    /** The commonest size, made smaller when its longer side has more than 96 pixels. */
    private static InputLayout.ImageShape imageShape(ColumnProfile.Images column) {
        InputLayout.ImageShape commonest = column.sizes().entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .orElseThrow()
                .getKey();
        int longer = Math.max(commonest.height(), commonest.width());
        if (longer <= LARGEST_IMAGE_SIDE) {
            return commonest;
        }
        double factor = (double) LARGEST_IMAGE_SIDE / longer;
        return new InputLayout.ImageShape(
                (int) Math.max(1, Math.round(commonest.height() * factor)),
                (int) Math.max(1, Math.round(commonest.width() * factor)),
                commonest.channels());
    }

    /** Names of the columns that are encoded as text. */
    static List<String> texts(TableProfile profile) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < profile.features().size(); i++) {
            if (profile.columns().get(i) instanceof ColumnProfile.Strings strings && isText(strings)) {
                names.add(profile.features().get(i).name());
            }
        }
        return names;
    }

    /** Prose, or so many values that their parts say more than the whole: see the package documentation. */
    private static boolean isText(ColumnProfile.Strings column) {
        if (column.values() == null) {
            return true;
        }
        long present = column.rows() - column.nulls();
        return column.meanWords() > CATEGORY_WORDS || (column.values().size() * 2L > present && present > 4);
    }

    /** The first column that a convolution can read, or null. */
    static String imageColumn(TableProfile profile) {
        for (int i = 0; i < profile.features().size(); i++) {
            ColumnProfile column = profile.columns().get(i);
            boolean image = column instanceof ColumnProfile.Images
                    || (column instanceof ColumnProfile.Vectors vectors
                            && isPixels(vectors)
                            && vectors.lengths().size() == 1
                            && side(vectors.means().length) >= SMALLEST_IMAGE_SIDE);
            if (image) {
                return profile.features().get(i).name();
            }
        }
        return null;
    }

    /** What the image column holds, in words. */
    static String imageWords(TableProfile profile, String name) {
        for (int i = 0; i < profile.features().size(); i++) {
            if (profile.features().get(i).name().equals(name)
                    && profile.columns().get(i) instanceof ColumnProfile.Vectors vectors) {
                int side = side(vectors.means().length);
                return "vectors of " + vectors.means().length + " values from " + plain(vectors.min()) + " to "
                        + plain(vectors.max()) + ", read as images of " + side + "x" + side;
            }
        }
        return "PNG or JPEG images";
    }

    private static String plain(float value) {
        return value == (int) value ? Integer.toString((int) value) : Float.toString(value);
    }

    /** No negative value, and either whole numbers up to 255 (not just 0 and 1: those are flags) or fractions up to 1. */
    private static boolean isPixels(ColumnProfile.Vectors column) {
        return column.notFinite() == 0
                && column.min() >= 0
                && column.max() > 0
                && (column.whole() ? column.max() > 1 && column.max() <= 255 : column.max() <= 1);
    }

    /** The side of a square of so many pixels, or 0. */
    private static int side(long length) {
        int side = (int) Math.round(Math.sqrt((double) length));
        return (long) side * side == length ? side : 0;
    }
}
