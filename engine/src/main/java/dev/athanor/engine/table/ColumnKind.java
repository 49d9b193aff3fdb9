package dev.athanor.engine.table;

/** What a raw column carries, as the engine sees it: the storage class, not the meaning. */
public enum ColumnKind {
    /** Integers, decimals, floating point, booleans (0/1), dates (days) and timestamps (seconds): one double a row. */
    NUMBER,
    /** Strings: UTF-8 bytes. Whether they are categories or prose is decided from the profile. */
    STRING,
    /** Arrays of numbers and MLlib vectors: float32 values, of one length in all rows. */
    VECTOR,
    /** PNG or JPEG bytes. */
    IMAGE_FILE
}
