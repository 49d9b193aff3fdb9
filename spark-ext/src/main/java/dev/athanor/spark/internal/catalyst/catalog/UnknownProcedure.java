package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.util.Collection;
import org.apache.spark.sql.connector.catalog.procedures.BoundProcedure;
import org.apache.spark.sql.connector.catalog.procedures.UnboundProcedure;
import org.apache.spark.sql.types.StructType;

/**
 * A procedure that does not exist. It is found so that its use can say which was probably meant: an error while finding
 * one reaches the user as Spark's {@code FAILED_TO_LOAD_ROUTINE}, without the reason.
 */
record UnknownProcedure(String name, Collection<String> known) implements UnboundProcedure {
    @Override
    public String description() {
        return "Does not exist.";
    }

    @Override
    public BoundProcedure bind(StructType arguments) {
        throw new AthanorException(
                "Cannot call athanor." + name,
                "there is no such procedure",
                NearestName.of(name, known)
                        .map(near -> "Write 'athanor." + near + "' if you meant that")
                        .orElseGet(() -> known.isEmpty()
                                ? "No job is on the class path: add the jar athanor-pipelines"
                                : "The procedures are " + String.join(", ", known)));
    }
}
