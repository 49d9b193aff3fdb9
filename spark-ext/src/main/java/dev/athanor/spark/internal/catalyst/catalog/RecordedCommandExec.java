package dev.athanor.spark.internal.catalyst.catalog;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.command.ExecutedCommandExec;
import org.apache.spark.sql.execution.command.RunnableCommand;
import org.apache.spark.sql.execution.datasources.v2.V2CommandExec;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** Runs one of Spark's commands between a look at the warehouse folder and the record of what it changed. */
public final class RecordedCommandExec extends V2CommandExec {
    private static final long serialVersionUID = 1;
    private final ExecutedCommandExec command;
    private final transient RecordsTables records;
    private final transient List<TableIdentifier> changed;
    private final transient String listed;
    private final transient String place;

    /** Public, and with the elements of {@link #productElement} as parameters, because Spark copies plans that way. */
    public RecordedCommandExec(
            RunnableCommand command,
            RecordsTables records,
            List<TableIdentifier> changed,
            String listed,
            String place) {
        this.command = new ExecutedCommandExec(command);
        this.records = records;
        this.changed = changed;
        this.listed = listed;
        this.place = place;
    }

    @Override
    public Seq<InternalRow> run() {
        WarehouseTables tables = records.tables();
        SessionCatalog catalog = tables.sessionCatalog();
        if (listed != null) {
            tables.mirrorAll(new String[] {listed});
        }
        List<Identifier> idents = changed.stream()
                .map(catalog::qualifyIdentifier)
                .map(name -> Identifier.of(new String[] {name.database().get()}, name.table()))
                .toList();
        idents.forEach(ident -> PlatformGuard.refuseChange("change", ident));
        idents.forEach(tables::mirror);
        if (!idents.isEmpty() && !tables.isKnown(idents.get(0))) {
            tables.requireNames(idents.get(0));
        }
        if (place != null) {
            tables.requireWholeInside(idents.get(0), place);
        }
        Seq<InternalRow> rows = command.sideEffectResult();
        idents.forEach(tables::record);
        return rows;
    }

    @Override
    public Seq<Attribute> output() {
        return command.output();
    }

    @Override
    public String nodeName() {
        return command.nodeName();
    }

    @Override
    public String simpleString(int maxFields) {
        return command.simpleString(maxFields);
    }

    @Override
    public Seq<SparkPlan> children() {
        return CollectionConverters.asScala(List.<SparkPlan>of()).toSeq();
    }

    @Override
    public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
        return this;
    }

    @Override
    public int productArity() {
        return 5;
    }

    @Override
    public Object productElement(int n) {
        return switch (n) {
            case 0 -> command.cmd();
            case 1 -> records;
            case 2 -> changed;
            case 3 -> listed;
            case 4 -> place;
            default -> throw new IndexOutOfBoundsException(n);
        };
    }

    @Override
    public boolean canEqual(Object other) {
        return other instanceof RecordedCommandExec;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RecordedCommandExec exec && exec.command.equals(command);
    }

    @Override
    public int hashCode() {
        return command.hashCode();
    }
}
