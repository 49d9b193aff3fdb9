package dev.athanor.spark.internal.catalyst;

import dev.athanor.spark.internal.catalyst.catalog.RecordedCommands;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.execution.SparkStrategy;
import scala.runtime.AbstractFunction1;

/** The functions, planner rules and strategies that a session with Athanor has. */
public final class CatalystExtensions {
    private CatalystExtensions() {}

    /** Adds them to a session being built. */
    public static void inject(SparkSessionExtensions extensions) {
        extensions.injectPlannerStrategy(new AbstractFunction1<>() {
            @Override
            public SparkStrategy apply(SparkSession session) {
                return new RecordedCommands(session);
            }
        });
    }
}
