package dev.athanor.spark.internal.catalyst;

import org.apache.spark.sql.SparkSessionExtensions;

/** The functions, planner rules and strategies that a session with Athanor has. */
public final class CatalystExtensions {
    private CatalystExtensions() {}

    /** Adds them to a session being built. */
    public static void inject(SparkSessionExtensions extensions) {}
}
