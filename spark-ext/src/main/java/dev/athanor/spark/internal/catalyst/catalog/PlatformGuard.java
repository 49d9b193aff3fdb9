package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.engine.AthanorException;
import dev.athanor.spark.platform.Warehouse;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.ResolvedTable;
import org.apache.spark.sql.catalyst.plans.logical.DeltaDelete;
import org.apache.spark.sql.catalyst.plans.logical.DeltaMergeInto;
import org.apache.spark.sql.catalyst.plans.logical.DeltaUpdateTable;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.TruncatePartition;
import org.apache.spark.sql.catalyst.plans.logical.TruncateTable;
import org.apache.spark.sql.catalyst.plans.logical.V2WriteCommand;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.delta.catalog.DeltaTableV2;
import org.apache.spark.sql.delta.files.TahoeFileIndex;
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
 * that load a table as if to read it.
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
        if (plan instanceof TruncateTable || plan instanceof TruncatePartition) {
            for (LogicalPlan child : CollectionConverters.asJava(plan.children())) {
                if (child instanceof ResolvedTable table
                        && (table.catalog() instanceof PlatformCatalog || isPlatforms(table.identifier()))) {
                    throw refused("truncate", table.identifier().name());
                }
            }
        } else if (plan instanceof V2WriteCommand write && write.table() instanceof LogicalPlan table) {
            refuseTarget(table);
        } else if (plan instanceof DeltaDelete || plan instanceof DeltaUpdateTable || plan instanceof DeltaMergeInto) {
            refuseTarget(plan.children().head());
        }
        return BoxedUnit.UNIT;
    }

    /** A statement that reads the table it writes takes it from Spark's cache of relations, and asks no catalog. */
    private void refuseTarget(LogicalPlan target) {
        for (LogicalPlan leaf : CollectionConverters.asJava(target.collectLeaves())) {
            if (leaf instanceof DataSourceV2Relation relation && relation.table() instanceof DeltaTableV2 table) {
                refuseFolder(table.path());
            } else if (leaf instanceof LogicalRelation relation
                    && relation.relation() instanceof HadoopFsRelation files
                    && files.location() instanceof TahoeFileIndex index) {
                refuseFolder(index.path());
            }
        }
    }

    private void refuseFolder(Path folder) {
        Path platform = Warehouse.of(session).table("any").getParent();
        if (platform.toUri().getPath().equals(folder.getParent().toUri().getPath())) {
            throw refused("write to", folder.getName());
        }
    }
}
