package dev.athanor.spark.internal.catalyst.catalog;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.catalog.CatalogDatabase;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTableType;
import org.apache.spark.sql.catalyst.catalog.ExternalCatalog;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.delta.DeltaConcurrentModificationException;
import org.apache.spark.sql.delta.DeltaLog;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Keeps Spark's in-memory catalog and the warehouse folder the same: {@link #mirror} brings what lies in the folder into
 * memory before a look-up, {@link #record} writes what a command left in memory to the folder.
 *
 * <p>The folder is the truth. What is in memory and was mirrored is forgotten when it is gone from the folder; forgetting
 * never deletes files. Thread-safe as far as Spark's catalog is: each step is one call of its synchronized methods.
 */
public final class WarehouseTables {
    /** The database of the platform's own tables, which exists from the start. */
    public static final String PLATFORM = "athanor";

    private static final Duration FIRST_COMMIT = Duration.ofSeconds(3);
    private static final String DEFAULT = "default";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<TreeMap<String, String>> STRINGS = new TypeReference<>() {};

    private final org.apache.spark.sql.classic.SparkSession session;
    private final ExternalCatalog memory;
    private final WarehouseFolder folder;

    /** @throws AthanorException when the file system of the warehouse does not open */
    public WarehouseTables(SparkSession session, String warehouse) {
        this.session = (org.apache.spark.sql.classic.SparkSession) session;
        this.memory = this.session.sharedState().externalCatalog();
        this.folder = new WarehouseFolder(
                new Path(warehouse), this.session.sessionState().newHadoopConf());
        CatalogDatabase original = memory.getDatabase(DEFAULT);
        URI location = folder.database(DEFAULT).toUri();
        if (!original.locationUri().equals(location)) {
            memory.alterDatabase(new CatalogDatabase(DEFAULT, original.description(), location, original.properties()));
        }
    }

    /** Makes a table, view or nothing of that name known to Spark, as the folder has it. */
    public void mirror(Identifier ident) {
        if (ident.namespace().length == 1
                && WarehouseFolder.isName(ident.namespace()[0])
                && WarehouseFolder.isName(ident.name())) {
            mirror(key(ident.namespace()[0]), key(ident.name()));
        }
    }

    /**
     * As {@link #mirror(Identifier)}, for a table whose rows are asked for: the files of one without a log are looked for
     * anew, as the first query of a session does, since other processes add to them and no part of the folder tells.
     */
    void mirrorFiles(Identifier ident) {
        mirror(ident);
        if (isTable(ident)) {
            CatalogTable table = memory.getTable(key(ident.namespace()[0]), key(ident.name()));
            if (!isDelta(table) && table.storage().locationUri().isDefined()) {
                sessionCatalog().invalidateCachedTable(table.identifier());
            }
        }
    }

    /** Makes a database and all that is in it known to Spark. */
    public void mirrorAll(String[] namespace) {
        if (namespace.length == 1 && WarehouseFolder.isName(namespace[0])) {
            mirrorAll(key(namespace[0]));
        }
    }

    void mirrorAll(String database) {
        if (mirrorDatabase(database)) {
            TreeSet<String> names = new TreeSet<>(folder.deltaTables(database));
            names.addAll(folder.entries(database));
            names.addAll(CollectionConverters.asJava(memory.listTables(database)));
            names.stream().filter(WarehouseFolder::isName).forEach(name -> mirrorTable(database, name));
        }
    }

    /** Makes all databases known to Spark. */
    public void mirrorDatabases() {
        TreeSet<String> names = new TreeSet<>(folder.databases());
        names.addAll(CollectionConverters.asJava(memory.listDatabases()));
        names.add(PLATFORM);
        names.stream()
                .filter(WarehouseFolder::isName)
                .filter(name -> name.equals(key(name)))
                .forEach(this::mirrorDatabase);
    }

    /** Makes a database known to Spark if the folder has it. */
    public void mirrorDatabase(String[] namespace) {
        if (namespace.length == 1 && WarehouseFolder.isName(namespace[0])) {
            mirrorDatabase(key(namespace[0]));
        }
    }

    void mirror(String database, String name) {
        if (mirrorDatabase(database)) {
            mirrorTable(database, name);
        }
    }

    private boolean mirrorDatabase(String database) {
        boolean known = memory.databaseExists(database);
        boolean exists = isKept(database) || folder.databaseExists(database);
        if (exists && !known) {
            Map<String, String> own = databaseProperties(database);
            String comment = own.remove("comment");
            memory.createDatabase(
                    new CatalogDatabase(
                            database,
                            comment == null ? "" : comment,
                            folder.database(database).toUri(),
                            TableEntry.scalaMap(own)),
                    true);
        } else if (!exists && known) {
            forgetDatabase(database);
        }
        return exists;
    }

    private void mirrorTable(String database, String name) {
        TableIdentifier identifier = new TableIdentifier(name, Option.apply(database));
        String stamp = folder.entryStamp(database, name);
        boolean delta = stamp == null && folder.isDeltaTable(database, name);
        CatalogTable known = memory.tableExists(database, name) ? memory.getTable(database, name) : null;
        if (stamp != null) {
            if (known == null || !stamp.equals(TableEntry.stamp(known))) {
                TableEntry entry = TableEntry.read(folder.readEntry(database, name), database + "." + name)
                        .absoluteIn(folder.root());
                requireInside(entry, database, name);
                put(entry.toTable(identifier, stamp), known);
            }
        } else if (delta) {
            if (known == null || !isFolderOf(known, database, name)) {
                put(TableEntry.delta(identifier, folder.table(database, name).toUri()), known);
            }
        } else if (known != null && (TableEntry.stamp(known) != null || isFolderOf(known, database, name))) {
            forget(known);
        }
    }

    /** Writes to the folder what Spark's memory has under a name, after a command changed it there. */
    public void record(Identifier ident) {
        record(key(ident.namespace()[0]), key(ident.name()));
    }

    void record(String database, String name) {
        if (!memory.databaseExists(database) || !memory.tableExists(database, name)) {
            if (WarehouseFolder.isName(name)) {
                folder.deleteEntry(database, name);
            }
            return;
        }
        CatalogTable table = memory.getTable(database, name);
        if (isDelta(table) && isAt(table, folder.table(database, name))) {
            folder.deleteEntry(database, name);
            put(
                    TableEntry.delta(
                            table.identifier(), folder.table(database, name).toUri()),
                    table);
            return;
        }
        TableEntry entry = TableEntry.of(table);
        try {
            folder.writeEntry(database, name, entry.relativeTo(folder.root()).toJson());
        } catch (AthanorException e) {
            // What other processes cannot see must not look as if it were there.
            forget(table);
            throw e;
        }
        put(entry.toTable(table.identifier(), folder.entryStamp(database, name)), table);
    }

    /**
     * Checks the names of something to be made, and that its database is known.
     *
     * @throws AthanorException when a name could leave the warehouse or is kept for the catalog
     */
    public void requireNames(Identifier ident) {
        if (ident.namespace().length == 1) {
            WarehouseFolder.requireName("database", ident.namespace()[0]);
            WarehouseFolder.requireName("table", ident.name());
        }
    }

    /**
     * The qualified place that a table is to have.
     *
     * @param location as the user or Spark wrote it; null, the result then too, when the table has no place of its own
     * @throws AthanorException when it lies outside the warehouse
     */
    public String requireInside(Identifier ident, String location) {
        return ident.namespace().length == 1
                ? requireInside(key(ident.namespace()[0]), key(ident.name()), location)
                : location;
    }

    private String requireInside(String database, String name, String location) {
        return location == null
                ? null
                : folder.requireInside("table " + database + "." + name, database, location)
                        .toString();
    }

    /** @throws AthanorException when a table, made by its path, would be a new one outside the warehouse */
    void requireInsideOrThere(Path path) {
        folder.requireInsideOrThere(path);
    }

    /** As {@link #requireInside(Identifier, String)}, for commands that are not given the result but go their own way. */
    void requireWholeInside(Identifier ident, String location) {
        if (!new Path(location).isUriPathAbsolute()) {
            throw new AthanorException(
                    "Cannot place table " + String.join(".", ident.namespace()) + "." + ident.name() + " at "
                            + location,
                    "of tables in this format it is not certain where a relative path starts",
                    "Write the whole path of a folder in the warehouse " + folder.root());
        }
        requireInside(ident, location);
    }

    /**
     * The qualified place that a table is to have from now on.
     *
     * @throws AthanorException when it lies outside the warehouse, or when the table is the folder of its name
     */
    String moved(Identifier ident, String location) {
        String place = requireInside(ident, location);
        String database = key(ident.namespace()[0]);
        String name = key(ident.name());
        if (memory.tableExists(database, name) && isFolderOf(memory.getTable(database, name), database, name)) {
            throw new AthanorException(
                    "Cannot place table " + database + "." + name + " at " + location,
                    "it is the folder of its name in the warehouse, by which every process finds it",
                    "Create a table with that LOCATION and insert this one's rows, or rename it");
        }
        return place;
    }

    private void requireInside(TableEntry entry, String database, String name) {
        for (String place : entry.places()) {
            if (!isInside(entry, place)) {
                throw new AthanorException(
                        "Cannot use table " + database + "." + name,
                        "its catalog entry places it at " + place + ", which lies outside the warehouse "
                                + folder.root(),
                        "Correct or delete the file _catalog/" + name + ".json in the folder of the database");
            }
        }
    }

    private boolean isInside(TableEntry entry, String place) {
        try {
            // Spark takes the location as a URI and an option as a path.
            return folder.contains(place.equals(entry.location()) ? new Path(URI.create(place)) : new Path(place));
        } catch (IllegalArgumentException e) {
            return false; // no path at all
        }
    }

    /** @throws AthanorException when {@code location} is not the folder that the database has */
    public void requireOwnFolder(String name, String location) {
        String database = key(name);
        if (location != null && !folder.isSame(new Path(location), folder.database(database))) {
            throw new AthanorException(
                    "Cannot place database " + database + " at " + location,
                    "a database of the warehouse lies in " + folder.database(database),
                    "Leave LOCATION out");
        }
    }

    /** Whether making a table failed in a way that it does when another process makes it at the same time. */
    static boolean isRace(Throwable error) {
        return error instanceof DeltaConcurrentModificationException
                || error instanceof FileAlreadyExistsException
                || (error instanceof SparkThrowable known
                        && "DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION".equals(known.getCondition()));
    }

    /** Whether a table is there, or becomes so within the time that its first commit takes. */
    boolean appears(Identifier ident) {
        long end = System.nanoTime() + FIRST_COMMIT.toNanos();
        do {
            if (folder.isDeltaTable(key(ident.namespace()[0]), key(ident.name()))) {
                mirror(ident);
                return true;
            }
            LockSupport.parkNanos(FIRST_COMMIT.toNanos() / 100);
        } while (System.nanoTime() < end && !Thread.currentThread().isInterrupted());
        return false;
    }

    /** Throws what Spark throws, and its IF NOT EXISTS forgives, when a table to be made is there. */
    void failAsExisting(Identifier ident) {
        CatalogTable table = memory.getTable(key(ident.namespace()[0]), key(ident.name()));
        session.sessionState().catalog().createTable(table, false, false);
    }

    /** Whether Spark's memory has a table, not a view, under the name. */
    public boolean isTable(Identifier ident) {
        return ident.namespace().length == 1
                && memory.tableExists(key(ident.namespace()[0]), key(ident.name()))
                && !memory.getTable(key(ident.namespace()[0]), key(ident.name()))
                        .tableType()
                        .equals(CatalogTableType.VIEW());
    }

    boolean isKnown(Identifier ident) {
        return memory.tableExists(key(ident.namespace()[0]), key(ident.name()));
    }

    boolean isDefault(String database) {
        return key(database).equals(DEFAULT);
    }

    /** Removes a table's files, if they lie under its name in the warehouse, or else only its entry. */
    public void remove(Identifier ident) {
        String database = key(ident.namespace()[0]);
        String name = key(ident.name());
        if (!memory.tableExists(database, name)) {
            return;
        }
        CatalogTable table = memory.getTable(database, name);
        Path place = folder.table(database, name);
        if (table.tableType().equals(CatalogTableType.MANAGED())) {
            if (isAt(table, place)) {
                folder.remove(place, "table " + database + "." + name);
                DeltaLog.invalidateCache(session, place);
            } else {
                PlatformGuard.refuseFolder(session, "drop", new Path(table.location()));
                folder.remove(new Path(table.location()), "table " + database + "." + name);
            }
        }
        folder.deleteEntry(database, name);
        session.sessionState().catalog().invalidateCachedTable(table.identifier());
        forget(table);
    }

    /** After Spark renamed a table in memory and moved its folder. */
    public void renamed(Identifier from, Identifier to) {
        for (Identifier ident : new Identifier[] {from, to}) {
            DeltaLog.invalidateCache(session, folder.table(key(ident.namespace()[0]), key(ident.name())));
        }
        record(to);
        record(from);
    }

    /** Makes the folder of a database, and its own file when it has a comment or properties. */
    public void createDatabase(String name, Map<String, String> metadata) {
        WarehouseFolder.requireName("database", name);
        String database = key(name);
        Map<String, String> own = new TreeMap<>(metadata);
        String location = own.remove("location");
        requireOwnFolder(database, location);
        folder.makeDatabase(database);
        own.remove("owner");
        recordDatabase(database, own);
        mirrorDatabase(database);
    }

    /** Writes comment and properties of a database after Spark changed them in memory. */
    public void recordDatabase(String name) {
        CatalogDatabase database = memory.getDatabase(key(name));
        Map<String, String> own = new TreeMap<>(CollectionConverters.asJava(database.properties()));
        own.remove("owner");
        own.put("comment", database.description());
        folder.makeDatabase(key(name));
        recordDatabase(key(name), own);
    }

    private void recordDatabase(String database, Map<String, String> own) {
        try {
            own.values().removeIf(String::isEmpty);
            if (!own.isEmpty() || folder.readDatabase(database) != null) {
                folder.writeDatabase(database, JSON.writeValueAsBytes(own));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> databaseProperties(String database) {
        byte[] json = folder.readDatabase(database);
        try {
            return json == null ? new TreeMap<>() : JSON.readValue(json, STRINGS);
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read the properties of database " + database,
                    "the file _catalog/database.properties.json of its folder is not valid",
                    "Restore or delete it",
                    e);
        }
    }

    /**
     * Removes a database's folder with all in it.
     *
     * @throws AthanorException when it is one that must stay, or when it holds files that are no tables and
     *     {@code cascade} was not asked for
     */
    public void dropDatabase(String name, boolean cascade) {
        String database = key(name);
        if (database.equals(PLATFORM)) {
            throw new AthanorException(
                    "Cannot drop database " + PLATFORM,
                    "it holds the runs and models of this warehouse",
                    "Delete models with CALL athanor.delete_model, or choose another warehouse");
        }
        if (!cascade && !folder.holdsNothingElse(database)) {
            throw new AthanorException(
                    "Cannot drop database " + database,
                    "its folder " + folder.database(database) + " holds files that belong to no table",
                    "Move them away, or add CASCADE to delete them");
        }
        folder.remove(folder.database(database), "database " + database);
        forgetDatabase(database);
    }

    /** Whether anything is in a database. */
    public boolean isEmptyDatabase(String name) {
        mirrorAll(key(name));
        return memory.listTables(key(name)).isEmpty();
    }

    /** The error that says why something could not be written, when rights, room or the folder itself are the cause. */
    public AthanorException unwritable(String what, Exception cause) {
        return folder.unwritable(what, cause);
    }

    /** How names are written in the folder: as Spark's own catalog does it, in lower case unless told otherwise. */
    private String key(String name) {
        return session.sessionState().conf().caseSensitiveAnalysis() ? name : name.toLowerCase(Locale.ROOT);
    }

    private void put(CatalogTable wanted, CatalogTable known) {
        if (known == null) {
            memory.createTable(wanted, true);
        } else {
            memory.alterTable(wanted);
            session.sessionState().catalog().invalidateCachedTable(wanted.identifier());
        }
    }

    private void forget(CatalogTable table) {
        // Spark deletes the files of a managed table that it drops, and another process may have made the table anew.
        memory.alterTable(external(table));
        memory.dropTable(table.identifier().database().get(), table.identifier().table(), true, false);
        session.sessionState().catalog().invalidateCachedTable(table.identifier());
        if (table.storage().locationUri().isDefined()) {
            DeltaLog.invalidateCache(session, new Path(table.location()));
        }
    }

    private static CatalogTable external(CatalogTable table) {
        TableEntry entry = TableEntry.of(table);
        return entry.ofType(entry.type().equals("MANAGED") ? "EXTERNAL" : entry.type())
                .toTable(table.identifier(), "");
    }

    private void forgetDatabase(String database) {
        if (!memory.databaseExists(database)) {
            return;
        }
        for (String name : CollectionConverters.asJava(memory.listTables(database))) {
            forget(memory.getTable(database, name));
        }
        // For the same reason: Spark deletes the folder of a database that it drops, so it is given one that is not.
        CatalogDatabase known = memory.getDatabase(database);
        URI nowhere = new Path(folder.root(), ".dropped-" + UUID.randomUUID()).toUri();
        memory.alterDatabase(new CatalogDatabase(database, known.description(), nowhere, known.properties()));
        memory.dropDatabase(database, true, true);
    }

    private boolean isFolderOf(CatalogTable known, String database, String name) {
        return isDelta(known)
                && known.tableType().equals(CatalogTableType.MANAGED())
                && isAt(known, folder.table(database, name));
    }

    private boolean isAt(CatalogTable table, Path place) {
        return table.storage().locationUri().isDefined() && folder.isSame(new Path(table.location()), place);
    }

    private static boolean isDelta(CatalogTable table) {
        return table.provider().isDefined() && table.provider().get().equalsIgnoreCase("delta");
    }

    private static boolean isKept(String database) {
        return database.equals(DEFAULT) || database.equals(PLATFORM);
    }

    SessionCatalog sessionCatalog() {
        return session.sessionState().catalog();
    }
}
