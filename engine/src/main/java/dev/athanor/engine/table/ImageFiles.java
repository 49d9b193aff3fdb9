package dev.athanor.engine.table;

/** Looks at image files one by one, to tell which of them are to blame. Thread-safe. */
public final class ImageFiles {
    private ImageFiles() {}

    /** Why a file is no image that a model can read ("is empty"), or null when it is one. */
    public static String problem(byte[] file) {
        return ImageEncoder.problem(file);
    }
}
