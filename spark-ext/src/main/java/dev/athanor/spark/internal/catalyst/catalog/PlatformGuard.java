package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.conf.AthanorConf;
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
import org.apache.spark.sql.delta.ResolvedPathBasedNonDeltaTable;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import org.apache.spark.sql.delta.commands.DeltaGenerateCommand;
import org.apache.spark.sql.delta.commands.DeltaReorgTableCommand;
import org.apache.spark.sql.delta.commands.RestoreTableCommand;
import org.apache.spark.sql.delta.files.TahoeFileIndex;
import org.apache.spark.sql.execution.command.SetCommand;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Keeps users' statements from changing the platform's own tables, which jobs write past the catalogs.
 *
 * <p>The catalogs ask it before a table is loaded to be written to. As a check of analysed plans it refuses the commands
 * that load a table as if to read it, and all those, streams included, that name as their target the platform's folder, one
 * in it or one that holds it.
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
        if (!PlatformTable.isWriter(session)) {
            // Several inserts from one query are a union of commands.
            plan.foreach(new AbstractFunction1<LogicalPlan, BoxedUnit>() {
                @Override
                public BoxedUnit apply(LogicalPlan node) {
                    check(node);
                    return BoxedUnit.UNIT;
                }
            });
        }
        return BoxedUnit.UNIT;
    }

    private void check(LogicalPlan plan) {
        if (plan instanceof TruncateTable || plan instanceof TruncatePartition) {
            refuseTarget("truncate", plan.children().head());
        } else if (plan instanceof AlterTableCommand alter) {
            refuseTarget("alter", alter.table());
        } else if (plan instanceof V2WriteCommand write && write.table() instanceof LogicalPlan table) {
            refuseTarget("write to", table);
        } else if (plan instanceof DeltaDelete || plan instanceof DeltaUpdateTable || plan instanceof DeltaMergeInto) {
            refuseTarget("write to", plan.children().head());
        } else if (plan instanceof DeltaReorgTableCommand reorganize) {
            refuseTarget("rewrite the files of", reorganize.target());
        } else if (plan instanceof DeltaGenerateCommand) {
            refuseTarget("write to", plan.children().head());
        } else if (plan instanceof SetCommand set) {
            refuseOtherWarehouse(set);
        } else if (plan instanceof RestoreTableCommand restore) {
            refuseFolder(session, "restore", restore.sourceTable().path());
        } else {
            for (Path folder : WriteTargets.of(plan)) {
                refuseFolder(session, "write to", folder);
            }
        }
    }

    private void refuseOtherWarehouse(SetCommand set) {
        if (set.kv().isDefined()
                && set.kv().get()._1().equals(AthanorConf.WAREHOUSE.name())
                && set.kv().get()._2().isDefined()) {
            Warehouse.requireUnchanged(session, set.kv().get()._2().get());
        }
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
            } else if (leaf instanceof ResolvedPathBasedNonDeltaTable folder) {
                refuseFolder(session, verb, new Path(folder.path()));
            }
        }
    }

    /** @throws AthanorException when a folder is the platform's, lies in it or holds it */
    static void refuseFolder(SparkSession session, String verb, Path folder) {
        Warehouse warehouse = Warehouse.of(session);
        if (!warehouse.touchesPlatform(folder)) {
            return;
        }
        if (folder.getParent() != null
                && folder.getParent()
                        .toUri()
                        .getPath()
                        .equals(warehouse.platform().toUri().getPath())) {
            throw refused(verb, folder.getName());
        }
        throw new AthanorException(
                "Cannot " + verb + " " + folder,
                "the platform keeps its own tables and the models in " + warehouse.platform()
                        + ", which this folder is, holds or lies in",
                "Choose another folder");
    }
}
