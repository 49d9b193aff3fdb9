package dev.athanor.connectors.source;

/** One image of an IDX file with its label, as a bean: Spark's encoder copies its array without boxing. */
public final class IdxRow {
    private float[] image;
    private int label;

    /** Values of the file, row by row. */
    public float[] getImage() {
        return image;
    }

    public void setImage(float[] image) {
        this.image = image;
    }

    /** The image's label; 0 where there are no labels. */
    public int getLabel() {
        return label;
    }

    public void setLabel(int label) {
        this.label = label;
    }
}
