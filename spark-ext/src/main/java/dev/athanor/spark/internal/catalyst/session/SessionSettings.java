package dev.athanor.spark.internal.catalyst.session;

import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.internal.SQLConf;
import scala.runtime.AbstractFunction0;

/**
 * The settings that queries are planned and run with.
 *
 * <p>They are a session's own only as a rule: while Spark resolves a view, the settings that were captured when the view
 * was made are in force on the thread, for queries of every session.
 */
public final class SessionSettings {
    private SessionSettings() {}

    /** Makes and runs queries of a session with that session's settings, whichever are in force on this thread. */
    public static <T> T with(SparkSession session, Supplier<T> queries) {
        SQLConf settings = ((org.apache.spark.sql.classic.SparkSession) session)
                .sessionState()
                .conf();
        return SQLConf.withExistingConf(settings, new AbstractFunction0<T>() {
            @Override
            public T apply() {
                return queries.get();
            }
        });
    }
}
