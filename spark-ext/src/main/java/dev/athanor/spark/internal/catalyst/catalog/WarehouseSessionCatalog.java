package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.platform.Warehouse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.analysis.NamespaceAlreadyExistsException;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.analysis.NonEmptyNamespaceException;
import org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.NamespaceChange;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.TableWritePrivilege;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.delta.catalog.DeltaCatalog;
import org.apache.spark.sql.types.StructType;

/**
 * Delta's session catalog with the warehouse folder as its memory; {@code dev.athanor.spark.catalog.WarehouseCatalog} is
 * the name under which users and Spark know it.
 */
public abstract class WarehouseSessionCatalog extends DeltaCatalog implements RecordsTables {
    /** The properties by which Spark's commands and its writers of Datasets say where a table lies. */
    private static final Set<String> PLACES = Set.of(TableCatalog.PROP_LOCATION, "path", "option.path");

    private WarehouseTables tables;
    private String warehouse;

    @Override
    public synchronized WarehouseTables tables() {
        String setting = spark().conf().get(AthanorConf.WAREHOUSE.name(), "");
        if (tables == null) {
            // Not when Spark makes this object: the session it belongs to is still being built then.
            tables = new WarehouseTables(spark(), Warehouse.of(spark()).location());
            warehouse = setting;
        } else if (!setting.equals(warehouse)) {
            Warehouse.of(spark()); // fails, unless it is the same folder in other words
            warehouse = setting;
        }
        return tables;
    }

    // ---- tables ------------------------------------------------------------------------------------------------

    @Override
    public Table loadTable(Identifier ident) {
        tables().mirrorFiles(ident);
        return super.loadTable(ident);
    }

    @Override
    public Table loadTable(Identifier ident, Set<TableWritePrivilege> writes) {
        refuseChange("write to", ident);
        return loadTable(ident);
    }

    @Override
    public boolean tableExists(Identifier ident) {
        tables().mirror(ident);
        return super.tableExists(ident);
    }

    @Override
    @SuppressWarnings("deprecation") // Delta's own createTable of columns comes through here.
    public Table createTable(
            Identifier ident, StructType schema, Transform[] partitions, Map<String, String> properties) {
        Map<String, String> inside = prepare(ident, properties);
        return creating(ident, () -> {
            Table table = super.createTable(ident, schema, partitions, inside);
            recorded(ident);
            return table;
        });
    }

    @Override
    @SuppressWarnings("deprecation")
    public StagedTable stageCreate(
            Identifier ident, StructType schema, Transform[] partitions, Map<String, String> properties) {
        Map<String, String> inside = prepare(ident, properties);
        StagedTable stage = super.stageCreate(ident, schema, partitions, inside);
        return new RecordedStage(stage, commit -> creating(ident, recording(ident, commit)));
    }

    @Override
    @SuppressWarnings("deprecation")
    public StagedTable stageReplace(
            Identifier ident, StructType schema, Transform[] partitions, Map<String, String> properties) {
        Map<String, String> inside = prepare(ident, properties);
        StagedTable stage = super.stageReplace(ident, schema, partitions, inside);
        return new RecordedStage(stage, commit -> writing(ident, recording(ident, commit)));
    }

    @Override
    @SuppressWarnings("deprecation")
    public StagedTable stageCreateOrReplace(
            Identifier ident, StructType schema, Transform[] partitions, Map<String, String> properties) {
        Map<String, String> inside = prepare(ident, properties);
        StagedTable stage = super.stageCreateOrReplace(ident, schema, partitions, inside);
        return new RecordedStage(stage, commit -> writing(ident, recording(ident, commit)));
    }

    @Override
    @SuppressWarnings("overrides") // Delta's method, being Scala's, takes an array where Spark's has "...".
    public Table alterTable(Identifier ident, TableChange... changes) {
        refuseChange("alter", ident);
        tables().mirror(ident);
        TableChange[] inside = isPathIdentifier(ident) ? changes : inside(ident, changes);
        return writing(ident, () -> {
            Table table = super.alterTable(ident, inside);
            recorded(ident);
            return table;
        });
    }

    @Override
    public boolean dropTable(Identifier ident) {
        return drop(ident, () -> super.dropTable(ident));
    }

    @Override
    public boolean purgeTable(Identifier ident) {
        return drop(ident, () -> super.purgeTable(ident));
    }

    @Override
    public void renameTable(Identifier from, Identifier to) throws NoSuchTableException, TableAlreadyExistsException {
        refuseChange("rename", from);
        prepare(to);
        tables().mirror(from);
        super.renameTable(from, to);
        tables().renamed(from, to);
    }

    /**
     * The properties with every place in them absolute, for Delta takes a relative one as it is.
     *
     * @throws dev.athanor.engine.AthanorException when one of them is a place outside the warehouse
     */
    private Map<String, String> prepare(Identifier ident, Map<String, String> properties) {
        prepare(ident);
        if (isPathIdentifier(ident)) {
            tables().requireInsideOrThere(new Path(ident.name()));
            return properties;
        }
        Map<String, String> inside = new HashMap<>(properties);
        inside.replaceAll((key, value) ->
                PLACES.contains(key.toLowerCase(Locale.ROOT)) ? tables().requireInside(ident, value) : value);
        inside.forEach((key, value) -> {
            if (PLACES.contains(key.toLowerCase(Locale.ROOT))) {
                PlatformGuard.refuseFolder(spark(), "place a table at", new Path(value));
            }
        });
        return inside;
    }

    private void refuseChange(String verb, Identifier ident) {
        PlatformGuard.refuseChange(verb, ident);
        if (isPathIdentifier(ident)) {
            PlatformGuard.refuseFolder(spark(), verb, new Path(ident.name()));
        }
    }

    private TableChange[] inside(Identifier ident, TableChange... changes) {
        return Arrays.stream(changes)
                .map(change -> change instanceof TableChange.SetProperty set
                                && set.property().equalsIgnoreCase(TableCatalog.PROP_LOCATION)
                        ? TableChange.setProperty(set.property(), tables().moved(ident, set.value()))
                        : change)
                .toArray(TableChange[]::new);
    }

    private void prepare(Identifier ident) {
        refuseChange("create", ident);
        if (!isPathIdentifier(ident)) {
            tables().requireNames(ident);
            tables().mirror(ident);
        }
    }

    private void recorded(Identifier ident) {
        if (!isPathIdentifier(ident)) {
            tables().record(ident);
        }
    }

    private Supplier<Void> recording(Identifier ident, Runnable commit) {
        return () -> {
            commit.run();
            recorded(ident);
            return null;
        };
    }

    private boolean drop(Identifier ident, Supplier<Boolean> otherwise) {
        refuseChange("drop", ident);
        tables().mirror(ident);
        if (isPathIdentifier(ident) || !tables().isTable(ident)) {
            return otherwise.get();
        }
        tables().remove(ident);
        return true;
    }

    /** As {@link #writing}; of two processes that make one table at once, the second is told that it exists. */
    private <T> T creating(Identifier ident, Supplier<T> create) {
        try {
            return writing(ident, create);
        } catch (Exception e) {
            if (!isPathIdentifier(ident) && WarehouseTables.isRace(e) && tables().appears(ident)) {
                tables().failAsExisting(ident);
            }
            throw e;
        }
    }

    /** Says in words of the user's why a write was refused; all other errors stay as Delta and Spark give them. */
    private <T> T writing(Identifier ident, Supplier<T> write) {
        try {
            return write.get();
        } catch (Exception e) {
            if (WarehouseFolder.isRefusal(e)) {
                throw tables().unwritable("table " + String.join(".", ident.namespace()) + "." + ident.name(), e);
            }
            throw e;
        }
    }

    // ---- lists and databases -----------------------------------------------------------------------------------

    @Override
    public Identifier[] listTables(String[] namespace) throws NoSuchNamespaceException {
        tables().mirrorAll(namespace);
        return super.listTables(namespace);
    }

    @Override
    public String[][] listNamespaces() throws NoSuchNamespaceException {
        tables().mirrorDatabases();
        return super.listNamespaces();
    }

    @Override
    public String[][] listNamespaces(String[] namespace) throws NoSuchNamespaceException {
        tables().mirrorDatabases();
        return super.listNamespaces(namespace);
    }

    @Override
    public boolean namespaceExists(String[] namespace) {
        tables().mirrorDatabase(namespace);
        return super.namespaceExists(namespace);
    }

    @Override
    public Map<String, String> loadNamespaceMetadata(String[] namespace) throws NoSuchNamespaceException {
        tables().mirrorDatabase(namespace);
        return super.loadNamespaceMetadata(namespace);
    }

    @Override
    public void createNamespace(String[] namespace, Map<String, String> metadata)
            throws NamespaceAlreadyExistsException {
        if (namespace.length != 1 || namespaceExists(namespace)) {
            super.createNamespace(namespace, metadata); // fails as Spark words it
            return;
        }
        tables().createDatabase(namespace[0], metadata);
    }

    @Override
    public void alterNamespace(String[] namespace, NamespaceChange... changes) throws NoSuchNamespaceException {
        tables().mirrorDatabase(namespace);
        for (NamespaceChange change : changes) {
            if (namespace.length == 1
                    && change instanceof NamespaceChange.SetProperty set
                    && set.property().equalsIgnoreCase(SupportsNamespaces.PROP_LOCATION)) {
                tables().requireOwnFolder(namespace[0], set.value());
            }
        }
        super.alterNamespace(namespace, changes);
        tables().recordDatabase(namespace[0]);
    }

    @Override
    public boolean dropNamespace(String[] namespace, boolean cascade)
            throws NoSuchNamespaceException, NonEmptyNamespaceException {
        if (namespace.length != 1
                || !namespaceExists(namespace)
                || tables().isDefault(namespace[0])
                || (!cascade && !tables().isEmptyDatabase(namespace[0]))) {
            return super.dropNamespace(namespace, cascade); // nothing to drop, or it fails as Spark words it
        }
        tables().dropDatabase(namespace[0], cascade);
        return true;
    }
}
