package dev.athanor.spark.job;

import java.util.Locale;

/** Where a run stands. */
public enum RunStatus {
    RUNNING,
    FINISHED,
    FAILED,
    CANCELLED;

    /** As the {@code runs} table has it: {@code running}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    static RunStatus of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT));
    }
}
