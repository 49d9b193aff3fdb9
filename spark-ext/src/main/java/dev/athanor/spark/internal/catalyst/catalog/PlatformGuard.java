package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.platform.PlatformTable;
import dev.athanor.spark.platform.Warehouse;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.ResolvedTable;
import org.apache.spark.sql.catalyst.plans.logical.AlterTableCommand;
import org.apache.spark.sql.catalyst.plans.logical.DeltaDelete;
import org.apache.spark.sql.catalyst.plans.logical.DeltaMergeInto;
import org.apache.spark.sql.catalyst.plans.logical.DeltaUpdateTable;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.TruncatePartition;
import org.apache.spark.sql.catalyst.plans.logical.TruncateTable;
import org.apache.spark.sql.catalyst.plans.logical.V2WriteCommand;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import org.apache.spark.sql.delta.commands.CloneTableCommand;
import org.apache.spark.sql.delta.commands.CreateDeltaTableCommand;
import org.apache.spark.sql.delta.commands.DeleteCommand;
import org.apache.spark.sql.delta.commands.MergeIntoCommand;
import org.apache.spark.sql.delta.commands.RestoreTableCommand;
import org.apache.spark.sql.delta.commands.UpdateCommand;
import org.apache.spark.sql.delta.files.TahoeFileIndex;
import org.apache.spark.sql.delta.sources.DeltaDataSource;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.SaveIntoDataSourceCommand;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Keeps users' statements from changing the platform's own tables, which jobs write past the catalogs.
 *
 * <p>The catalogs ask it before a table is loaded to be written to. As a check of analysed plans it refuses the commands
 * that load a table as if to read it, and those that name its folder. What leaves the rows as they are is allowed: OPTIMIZE,
 * VACUUM within Delta's own limits.
 */
public final class PlatformGuard extends AbstractFunction1<LogicalPlan, BoxedUnit> {
    private final SparkSession session;

    /** The check for one session. */
    public PlatformGuard(SparkSession session) {
        this.session = session;
    }

    /** Whether a table of the session catalog is the platform's. */
    static boolean isPlatforms(Identifier ident) {
        return ident.namespace().length == 1 && ident.namespace()[0].equalsIgnoreCase(WarehouseTables.PLATFORM);
    }

    /** @throws AthanorException when a table of the session catalog is the platform's */
    static void refuseChange(String verb, Identifier ident) {
        if (isPlatforms(ident)) {
            throw refused(verb, ident.name());
        }
    }

    static AthanorException refused(String verb, String table) {
        return refused(verb, table, "database", WarehouseTables.PLATFORM);
    }

    /** @param kind {@code catalog} or {@code database}, whose name follows */
    static AthanorException refused(String verb, String table, String kind, String name) {
        return new AthanorException(
                "Cannot " + verb + " table " + name + "." + table,
                "the " + kind + " " + name + " holds the platform's own tables, which jobs make and fill",
                "Use another database for tables of your own; models change with CALL athanor.promote and CALL"
                        + " athanor.delete_model");
    }

    @Override
    public BoxedUnit apply(LogicalPlan plan) {
        if (PlatformTable.isWriter(session)) {
            return BoxedUnit.UNIT;
        }
        if (plan instanceof TruncateTable || plan instanceof TruncatePartition) {
            refuseTarget("truncate", plan.children().head());
        } else if (plan instanceof AlterTableCommand alter) {
            refuseTarget("alter", alter.table());
        } else if (plan instanceof V2WriteCommand write && write.table() instanceof LogicalPlan table) {
            refuseTarget("write to", table);
        } else if (plan instanceof DeltaDelete || plan instanceof DeltaUpdateTable || plan instanceof DeltaMergeInto) {
            refuseTarget("write to", plan.children().head());
        } else if (plan instanceof DeleteCommand delete) {
            refuseFolder(session, "write to", delete.deltaLog().dataPath());
        } else if (plan instanceof UpdateCommand update) {
            refuseFolder(session, "write to", update.tahoeFileIndex().path());
        } else if (plan instanceof MergeIntoCommand merge) {
            refuseFolder(session, "write to", merge.targetFileIndex().path());
        } else if (plan instanceof RestoreTableCommand restore) {
            refuseFolder(session, "restore", restore.sourceTable().path());
        } else if (plan instanceof SaveIntoDataSourceCommand save
                && save.dataSource() instanceof DeltaDataSource
                && save.options().contains("path")) {
            refuseFolder(session, "write to", new Path(save.options().apply("path")));
        } else if (plan instanceof CreateDeltaTableCommand create
                && create.query().isDefined()
                && create.query().get() instanceof CloneTableCommand clone) {
            refuseFolder(session, "clone into", clone.targetPath());
        }
        return BoxedUnit.UNIT;
    }

    /** What is asked for by path, or was found in Spark's cache of relations, has asked no catalog. */
    private void refuseTarget(String verb, LogicalPlan target) {
        for (LogicalPlan leaf : CollectionConverters.asJava(target.collectLeaves())) {
            if (leaf instanceof ResolvedTable table && table.catalog() instanceof PlatformCatalog) {
                throw refused(verb, table.identifier().name());
            } else if (leaf instanceof ResolvedTable table && table.table() instanceof DeltaTableV2 delta) {
                refuseFolder(session, verb, delta.path());
            } else if (leaf instanceof DataSourceV2Relation relation
                    && relation.table() instanceof DeltaTableV2 table) {
                refuseFolder(session, verb, table.path());
            } else if (leaf instanceof LogicalRelation relation
                    && relation.relation() instanceof HadoopFsRelation files
                    && files.location() instanceof TahoeFileIndex index) {
                refuseFolder(session, verb, index.path());
            }
        }
    }

    /** @throws AthanorException when a folder is that of a platform table */
    static void refuseFolder(SparkSession session, String verb, Path folder) {
        Path platform = Warehouse.of(session).table("any").getParent();
        Path parent = folder.getParent();
        if (parent != null && platform.toUri().getPath().equals(parent.toUri().getPath())) {
            throw refused(verb, folder.getName());
        }
    }
}
