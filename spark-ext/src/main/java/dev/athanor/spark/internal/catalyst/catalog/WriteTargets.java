package dev.athanor.spark.internal.catalyst.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.CatalogStorageFormat;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoDir;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.streaming.WriteToStream;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.delta.commands.CloneTableCommand;
import org.apache.spark.sql.delta.commands.ConvertToDeltaCommand;
import org.apache.spark.sql.delta.commands.CreateDeltaTableCommand;
import org.apache.spark.sql.delta.commands.DeleteCommand;
import org.apache.spark.sql.delta.commands.MergeIntoCommand;
import org.apache.spark.sql.delta.commands.UpdateCommand;
import org.apache.spark.sql.delta.sources.DeltaSink;
import org.apache.spark.sql.execution.command.AlterTableAddPartitionCommand;
import org.apache.spark.sql.execution.command.AlterTableSetLocationCommand;
import org.apache.spark.sql.execution.datasources.SaveIntoDataSourceCommand;
import org.apache.spark.sql.execution.streaming.FileStreamSink;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The folders that one node of a plan writes to, or makes the place of what is written later, as the node itself says;
 * tables that it names by relations or identifiers are not among them.
 */
final class WriteTargets {
    // A sink of files shows its folder in no other way.
    private static final Pattern FILE_SINK = Pattern.compile("FileSink\\[(.*)]", Pattern.DOTALL);

    private final List<Path> folders = new ArrayList<>();

    private WriteTargets() {}

    static List<Path> of(LogicalPlan node) {
        WriteTargets targets = new WriteTargets();
        targets.add(node);
        return targets.folders;
    }

    private void add(LogicalPlan node) {
        if (node instanceof WriteToStream stream) {
            add(stream.sink());
            folders.add(new Path(stream.resolvedCheckpointLocation()));
        } else if (node instanceof InsertIntoDir directory) {
            add(directory.storage());
        } else if (node instanceof ConvertToDeltaCommand convert) {
            add(convert.tableIdentifier());
        } else if (node instanceof SaveIntoDataSourceCommand save) {
            CollectionConverters.asJava(save.options()).forEach(this::addPathOption);
        } else if (node instanceof DeleteCommand delete) {
            folders.add(delete.deltaLog().dataPath());
        } else if (node instanceof UpdateCommand update) {
            folders.add(update.tahoeFileIndex().path());
        } else if (node instanceof MergeIntoCommand merge) {
            folders.add(merge.targetFileIndex().path());
        } else if (node instanceof AlterTableSetLocationCommand place) {
            folders.add(new Path(place.location()));
        } else if (node instanceof AlterTableAddPartitionCommand partitions) {
            CollectionConverters.asJava(partitions.partitionSpecsAndLocs())
                    .forEach(partition -> partition._2().foreach(location -> folders.add(new Path(location))));
        } else if (node instanceof CreateDeltaTableCommand create
                && create.query().isDefined()
                && create.query().get() instanceof CloneTableCommand clone) {
            folders.add(clone.targetPath());
        } else if (node instanceof Command) {
            // All others, those of Hive too: what they are made of says where they write.
            CollectionConverters.asJava(node.productIterator()).forEachRemaining(this::addPart);
        }
    }

    private void addPart(Object part) {
        if (part instanceof Option<?> option) {
            if (option.isDefined()) {
                addPart(option.get());
            }
        } else if (part instanceof Path folder) {
            folders.add(folder);
        } else if (part instanceof CatalogStorageFormat storage) {
            add(storage);
        } else if (part instanceof CatalogTable table) {
            add(table.storage());
        }
    }

    private void add(CatalogStorageFormat storage) {
        if (storage.locationUri().isDefined()) {
            folders.add(new Path(storage.locationUri().get()));
        }
        CollectionConverters.asJava(storage.properties()).forEach(this::addPathOption);
    }

    private void addPathOption(String key, String value) {
        if (key.equalsIgnoreCase("path") && value != null && !value.isEmpty()) {
            folders.add(new Path(value));
        }
    }

    /** A name in a "database" that is a format is a folder: {@code parquet.`/data/t`}. */
    private void add(TableIdentifier identifier) {
        if (identifier.table().contains(Path.SEPARATOR)) {
            folders.add(new Path(identifier.table()));
        }
    }

    private void add(Table sink) {
        if (sink instanceof DeltaSink delta) {
            folders.add(delta.path());
        } else if (sink instanceof FileStreamSink files) {
            Matcher shown = FILE_SINK.matcher(files.toString());
            if (!shown.matches()) {
                throw new IllegalStateException("a sink of files that does not say where: " + files);
            }
            folders.add(new Path(shown.group(1)));
        }
    }
}
