package dev.athanor.spark.plugin;

import dev.athanor.spark.internal.catalyst.CatalystExtensions;
import org.apache.spark.sql.SparkSessionExtensions;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/** What {@code spark.sql.extensions} names: adds the functions, rules and operators of Athanor to a session. */
public final class AthanorExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    /** Called by Spark. */
    public AthanorExtensions() {}

    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
        CatalystExtensions.inject(extensions);
        return BoxedUnit.UNIT;
    }
}
