package dev.athanor.spark.internal.catalyst.catalog;

import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;

/** A table being made by {@code CREATE … AS SELECT} or a replacement, whose commit is followed by its catalog entry. */
final class RecordedStage implements StagedTable, SupportsWrite {
    private final StagedTable stage;
    private final Consumer<Runnable> committing;

    RecordedStage(StagedTable stage, Consumer<Runnable> committing) {
        this.stage = stage;
        this.committing = committing;
    }

    @Override
    public void commitStagedChanges() {
        committing.accept(stage::commitStagedChanges);
    }

    @Override
    public void abortStagedChanges() {
        stage.abortStagedChanges();
    }

    @Override
    public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
        return ((SupportsWrite) stage).newWriteBuilder(info);
    }

    @Override
    public String name() {
        return stage.name();
    }

    @Override
    @SuppressWarnings("deprecation")
    public StructType schema() {
        return stage.schema();
    }

    @Override
    public Column[] columns() {
        return stage.columns();
    }

    @Override
    public Transform[] partitioning() {
        return stage.partitioning();
    }

    @Override
    public Map<String, String> properties() {
        return stage.properties();
    }

    @Override
    public Set<TableCapability> capabilities() {
        return stage.capabilities();
    }

    @Override
    public CustomTaskMetric[] reportDriverMetrics() {
        return stage.reportDriverMetrics();
    }
}
