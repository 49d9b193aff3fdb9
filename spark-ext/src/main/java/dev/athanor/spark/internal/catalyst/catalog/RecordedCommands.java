package dev.athanor.spark.internal.catalyst.catalog;

import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.delta.commands.CreateDeltaTableCommand;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.command.AlterTableAddColumnsCommand;
import org.apache.spark.sql.execution.command.AlterTableChangeColumnCommand;
import org.apache.spark.sql.execution.command.AlterTableRenameCommand;
import org.apache.spark.sql.execution.command.AlterTableSetLocationCommand;
import org.apache.spark.sql.execution.command.AlterTableSetPropertiesCommand;
import org.apache.spark.sql.execution.command.AlterTableUnsetPropertiesCommand;
import org.apache.spark.sql.execution.command.AlterViewAsCommand;
import org.apache.spark.sql.execution.command.AlterViewSchemaBindingCommand;
import org.apache.spark.sql.execution.command.CreateDataSourceTableAsSelectCommand;
import org.apache.spark.sql.execution.command.CreateDataSourceTableCommand;
import org.apache.spark.sql.execution.command.CreateTableCommand;
import org.apache.spark.sql.execution.command.CreateTableLikeCommand;
import org.apache.spark.sql.execution.command.CreateViewCommand;
import org.apache.spark.sql.execution.command.DropTableCommand;
import org.apache.spark.sql.execution.command.RunnableCommand;
import org.apache.spark.sql.execution.command.ShowTablesCommand;
import org.apache.spark.sql.execution.command.ShowViewsCommand;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Plans the commands that work on Spark's in-memory catalog alone (views, tables of other formats, lists of them) so that
 * they see the warehouse folder before and are recorded in it after.
 */
public final class RecordedCommands extends SparkStrategy {
    private final org.apache.spark.sql.classic.SparkSession session;

    /** For one session. */
    public RecordedCommands(org.apache.spark.sql.SparkSession session) {
        this.session = (org.apache.spark.sql.classic.SparkSession) session;
    }

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
        if (plan instanceof RunnableCommand command) {
            CatalogPlugin catalog = session.sessionState().catalogManager().v2SessionCatalog();
            if (catalog instanceof RecordsTables records) {
                if (command instanceof CreateDeltaTableCommand create && create.tableByPath()) {
                    records.tables().requireInsideOrThere(new Path(placeOf(create)));
                }
                List<TableIdentifier> changed = changedBy(command).stream()
                        .filter(identifier -> !isTemporary(identifier))
                        .toList();
                String listed = listedBy(command);
                if (!changed.isEmpty() || listed != null) {
                    return seq(List.of(new RecordedCommandExec(command, records, changed, listed, placeOf(command))));
                }
            }
        }
        return seq(List.of());
    }

    /** What the command makes, changes or drops in the catalog; the first is the one it makes, if it makes any. */
    private static List<TableIdentifier> changedBy(RunnableCommand command) {
        if (command instanceof CreateViewCommand c) {
            return isPersisted(c) ? List.of(c.name()) : List.of();
        } else if (command instanceof AlterViewAsCommand c) {
            return List.of(c.name());
        } else if (command instanceof AlterViewSchemaBindingCommand c) {
            return List.of(c.name());
        } else if (command instanceof DropTableCommand c) {
            return List.of(c.tableName());
        } else if (command instanceof AlterTableRenameCommand c) {
            return List.of(inSameDatabase(c.newName(), c.oldName()), c.oldName());
        } else if (command instanceof AlterTableSetPropertiesCommand c) {
            return List.of(c.tableName());
        } else if (command instanceof AlterTableUnsetPropertiesCommand c) {
            return List.of(c.tableName());
        } else if (command instanceof AlterTableAddColumnsCommand c) {
            return List.of(c.table());
        } else if (command instanceof AlterTableChangeColumnCommand c) {
            return List.of(c.tableName());
        } else if (command instanceof AlterTableSetLocationCommand c) {
            return List.of(c.tableName());
        } else if (command instanceof CreateTableCommand c) {
            return List.of(c.table().identifier());
        } else if (command instanceof CreateTableLikeCommand c) {
            return List.of(c.targetTable());
        } else if (command instanceof CreateDataSourceTableCommand c) {
            return List.of(c.table().identifier());
        } else if (command instanceof CreateDataSourceTableAsSelectCommand c) {
            return List.of(c.table().identifier());
        } else if (command instanceof CreateDeltaTableCommand c) {
            return c.tableByPath() ? List.of() : List.of(c.table().identifier());
        }
        return List.of();
    }

    /** Where the command would have the first of {@link #changedBy} lie, or null when it does not say. */
    private static String placeOf(RunnableCommand command) {
        if (command instanceof AlterTableSetLocationCommand c) {
            return c.location();
        } else if (command instanceof CreateTableCommand c) {
            return placeOf(c.table().storage());
        } else if (command instanceof CreateTableLikeCommand c) {
            return placeOf(c.fileFormat());
        } else if (command instanceof CreateDataSourceTableCommand c) {
            return placeOf(c.table().storage());
        } else if (command instanceof CreateDataSourceTableAsSelectCommand c) {
            return placeOf(c.table().storage());
        } else if (command instanceof CreateDeltaTableCommand c) {
            return placeOf(c.table().storage());
        }
        return null;
    }

    private static String placeOf(CatalogStorageFormat storage) {
        return storage.locationUri().isDefined()
                ? new Path(storage.locationUri().get()).toString()
                : null;
    }

    private static String listedBy(RunnableCommand command) {
        if (command instanceof ShowViewsCommand c) {
            return c.databaseName();
        } else if (command instanceof ShowTablesCommand c && c.databaseName().isDefined()) {
            return c.databaseName().get();
        }
        return null;
    }

    private static boolean isPersisted(CreateViewCommand command) {
        return command.viewType() == org.apache.spark.sql.catalyst.analysis.PersistedView$.MODULE$;
    }

    private boolean isTemporary(TableIdentifier identifier) {
        return session.sessionState().catalog().isTempView(identifier);
    }

    private static TableIdentifier inSameDatabase(TableIdentifier name, TableIdentifier other) {
        return name.database().isDefined() ? name : new TableIdentifier(name.table(), other.database());
    }

    private static Seq<SparkPlan> seq(List<SparkPlan> plans) {
        return CollectionConverters.asScala(plans).toSeq();
    }
}
