package dev.athanor.spark.internal.catalyst.catalog;

import dev.athanor.engine.AthanorException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names and files of the warehouse: every path is made from checked names, so none can leave the folder. Knows nothing of
 * Spark. Thread-safe; other processes may change the folder at any time.
 */
final class WarehouseFolder {
    private static final Logger LOG = LoggerFactory.getLogger(WarehouseFolder.class);

    // A leading underscore or dot hides a folder from Spark and is kept for the catalog itself.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_]{0,127}");
    private static final Pattern COMMIT = Pattern.compile("\\d{20}\\.(json|checkpoint.*parquet)|_last_checkpoint");
    private static final Pattern REFUSALS = Pattern.compile("(?i)permission denied|read-only file system"
            + "|no space left|mkdirs failed|cannot create file|not a directory|disk quota exceeded|failed to create");
    private static final Pattern STEPS = Pattern.compile("(^|/)\\.\\.?(/|$)|\0");
    private static final String ENTRIES = "_catalog";
    private static final String DATABASE_FILE = "database.properties";

    private final Path root;
    private final FileSystem fs;
    private final FileContext context;
    private final Configuration hadoop;
    private final URI defaults;

    /** @throws AthanorException when the folder's file system does not open */
    WarehouseFolder(Path root, Configuration hadoop) {
        try {
            this.hadoop = hadoop;
            this.fs = root.getFileSystem(hadoop);
            this.root = fs.makeQualified(root);
            this.defaults = FileSystem.getDefaultUri(hadoop);
            this.context = FileContext.getFileContext(this.root.toUri(), hadoop);
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot use the warehouse " + root,
                    "its file system does not open: " + e.getMessage(),
                    "Set spark.athanor.warehouse to a folder that this machine reaches",
                    e);
        }
    }

    Path root() {
        return root;
    }

    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** @throws AthanorException when the name cannot be that of a table, view or database in the folder */
    static void requireName(String kind, String name) {
        if (!isName(name)) {
            throw new AthanorException(
                    "Cannot use '" + name + "' as the name of a " + kind,
                    "a name is letters, digits and '_', at most 128 of them, and starts with a letter or digit",
                    "Choose another name");
        }
    }

    /** @throws AthanorException when the name is none, or that of a link out of the warehouse */
    Path database(String database) {
        requireName("database", database);
        return here("database " + database, new Path(root, database));
    }

    /** @throws AthanorException when a name is none, or that of a link out of the warehouse */
    Path table(String database, String table) {
        requireName("table", table);
        return here("table " + database + "." + table, new Path(database(database), table));
    }

    private Path here(String what, Path folder) {
        if (isLinkedOut(folder)) {
            throw new AthanorException(
                    "Cannot use " + what,
                    "its folder " + folder + " is a link that leads out of the warehouse " + root,
                    "Move the folder itself into the warehouse, or read a Delta table that lies elsewhere as"
                            + " delta.`path`");
        }
        return folder;
    }

    /**
     * The qualified folder that a user gave as the place of a table.
     *
     * @param location path or URI; a relative one starts at the folder of the database
     * @throws AthanorException unless it lies in the warehouse, after {@code ..} and links
     */
    Path requireInside(String what, String database, String location) {
        String reason;
        try {
            Path path = new Path(database(database), new Path(location));
            if (contains(path)) {
                return fs.makeQualified(path);
            }
            reason = "it lies outside the warehouse " + root + ", which names and paths cannot leave";
        } catch (AthanorException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            reason = "that is no path: " + rootMessage(e);
        }
        throw new AthanorException(
                "Cannot place " + what + " at " + location,
                reason,
                "Leave LOCATION out, or choose a folder in the warehouse; what lies elsewhere is read in place as"
                        + " delta.`path` or parquet.`path`, or through a temporary view of it");
    }

    boolean databaseExists(String database) {
        return isDirectory(database(database));
    }

    List<String> databases() {
        return folders(root);
    }

    /** Whether a Delta table with at least one commit lies in the folder of that name. */
    boolean isDeltaTable(String database, String table) {
        return isDelta(table(database, table));
    }

    /**
     * @param folder of a table that is made by its path
     * @throws AthanorException unless it lies in the warehouse, or holds a Delta table already
     */
    void requireInsideOrThere(Path folder) {
        try {
            if (contains(folder) || isDelta(folder, folder.getFileSystem(hadoop))) {
                return;
            }
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
        throw new AthanorException(
                "Cannot create table delta.`" + folder + "`",
                "it lies outside the warehouse " + root + ", which names and paths cannot leave",
                "Give it a name, or a folder in the warehouse; a Delta table that is elsewhere already may be read and"
                        + " written by its path");
    }

    private boolean isDelta(Path folder) {
        return isDelta(folder, fs);
    }

    private static boolean isDelta(Path folder, FileSystem fs) {
        Path log = new Path(folder, "_delta_log");
        try {
            // The first commit is there for most tables; clean-up removes it from old ones.
            return fs.exists(new Path(log, "00000000000000000000.json"))
                    || Arrays.stream(fs.listStatus(log))
                            .anyMatch(file ->
                                    COMMIT.matcher(file.getPath().getName()).matches());
        } catch (FileNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    /** Names of the Delta tables in the database's folder. */
    List<String> deltaTables(String database) {
        Path folder = database(database);
        return folders(folder).stream()
                .filter(name -> isDelta(new Path(folder, name)))
                .toList();
    }

    /** Names that have an entry file. */
    List<String> entries(String database) {
        List<String> names = new ArrayList<>();
        for (FileStatus file : list(new Path(database(database), ENTRIES))) {
            String name = file.getPath().getName();
            if (name.endsWith(".json") && isName(name.substring(0, name.length() - ".json".length()))) {
                names.add(name.substring(0, name.length() - ".json".length()));
            }
        }
        return names;
    }

    /** When and how long the entry file is, as one text that changes with it, or null when there is none. */
    String entryStamp(String database, String name) {
        return stamp(entry(database, name));
    }

    byte[] readEntry(String database, String name) {
        return read(entry(database, name));
    }

    void writeEntry(String database, String name, byte[] content) {
        write(entry(database, name), content, name);
    }

    void deleteEntry(String database, String name) {
        delete(entry(database, name), false);
    }

    /** Content of the database's own file, or null when there is none. */
    byte[] readDatabase(String database) {
        Path file = databaseFile(database);
        return stamp(file) == null ? null : read(file);
    }

    void writeDatabase(String database, byte[] content) {
        write(databaseFile(database), content, database);
    }

    /** @throws AthanorException when the folder cannot be made */
    void makeDatabase(String database) {
        Path folder = database(database);
        try {
            if (!fs.mkdirs(folder)) {
                throw new IOException("the folder cannot be made");
            }
        } catch (IOException e) {
            throw unwritable("database " + database, e);
        }
    }

    /** Whether the database's folder holds nothing but the catalog's own files. */
    boolean holdsNothingElse(String database) {
        return list(database(database)).stream()
                .allMatch(file -> file.getPath().getName().equals(ENTRIES));
    }

    /**
     * Removes a folder at once for everyone: it is renamed to a hidden name, then deleted.
     *
     * @throws AthanorException when it cannot be renamed
     */
    void remove(Path folder, String what) {
        if (!contains(folder)) {
            throw new AthanorException(
                    "Cannot drop " + what,
                    "its folder " + folder + " lies outside the warehouse " + root,
                    "Delete the folder yourself if it is yours, and then the table's file in the folder _catalog");
        }
        Path hidden = new Path(root, ".dropped-" + UUID.randomUUID());
        try {
            if (!fs.exists(folder)) {
                return;
            }
            if (!fs.rename(folder, hidden)) {
                throw new IOException("the folder cannot be renamed");
            }
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot drop " + what,
                    "its folder " + folder + " cannot be removed: " + e.getMessage(),
                    "Ask for the right to write in " + root,
                    e);
        }
        delete(hidden, true);
    }

    /** Whether a path lies below the root, once {@code ..} and, on a local disk, links are resolved. */
    boolean contains(Path path) {
        Place top = place(root);
        Place there = place(path);
        // Hadoop resolves these by their text; one that is still there came as %2e, and the disk takes it through
        // links.
        if (STEPS.matcher(there.path).find() || !there.path.startsWith(Path.SEPARATOR)) {
            return false;
        }
        Path flat = new Path(null, null, there.path);
        String below = top.path.endsWith(Path.SEPARATOR) ? top.path : top.path + Path.SEPARATOR;
        return there.scheme.equals(top.scheme)
                && there.authority.equals(top.authority)
                && flat.toUri().getPath().startsWith(below)
                && flat.toUri().getPath().length() > below.length()
                && !isLinkedOut(flat);
    }

    /** Whether two paths name one place. */
    boolean isSame(Path one, Path other) {
        return place(one).equals(place(other));
    }

    /** A path's parts, decoded, as file systems take them. */
    private record Place(String scheme, String authority, String path) {}

    /** Of a path that says no file system: on the default one. */
    private Place place(Path path) {
        URI uri = path.toUri();
        String scheme = uri.getScheme() == null ? defaults.getScheme() : uri.getScheme();
        String authority = uri.getAuthority() == null && scheme.equals(defaults.getScheme())
                ? defaults.getAuthority()
                : uri.getAuthority();
        return new Place(scheme, Objects.toString(authority, ""), Objects.toString(uri.getPath(), ""));
    }

    /** Whether a link on the way to a local path, which need not be there, leads out of the root. */
    private boolean isLinkedOut(Path path) {
        if (!"file".equals(root.toUri().getScheme())) {
            return false;
        }
        java.nio.file.Path top = java.nio.file.Path.of(root.toUri().getPath());
        java.nio.file.Path there = java.nio.file.Path.of(path.toUri().getPath()).normalize();
        while (there.startsWith(top) && !there.equals(top) && !Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
            there = there.getParent();
        }
        if (!there.startsWith(top) || there.equals(top)) {
            return false;
        }
        try {
            return !there.toRealPath().startsWith(top.toRealPath());
        } catch (NoSuchFileException e) {
            return Files.isSymbolicLink(there); // of a link to nothing it is not known where what is made will lie
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    /** The error to give when writing failed for want of room or rights. */
    AthanorException unwritable(String what, Exception cause) {
        return new AthanorException(
                "Cannot write " + what + " in the warehouse " + root,
                rootMessage(cause),
                "Make the folder writable for this user, or choose another with --warehouse or spark.athanor.warehouse",
                cause);
    }

    /** Whether an error comes from the file system's refusal to write: no rights, no room, read-only. */
    static boolean isRefusal(Throwable error) {
        for (Throwable cause = error; cause != null && cause.getCause() != cause; cause = cause.getCause()) {
            if (cause instanceof AthanorException) {
                return false;
            }
            if (cause instanceof AccessControlException || cause instanceof AccessDeniedException) {
                return true;
            }
            if (cause instanceof IOException
                    && REFUSALS.matcher(String.valueOf(cause.getMessage())).find()) {
                return true;
            }
        }
        return false;
    }

    static String rootMessage(Throwable error) {
        Throwable cause = error;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
    }

    private Path entry(String database, String name) {
        requireName("table", name);
        return new Path(new Path(database(database), ENTRIES), name + ".json");
    }

    private Path databaseFile(String database) {
        return new Path(new Path(database(database), ENTRIES), DATABASE_FILE + ".json");
    }

    private List<String> folders(Path parent) {
        return list(parent).stream()
                .filter(FileStatus::isDirectory)
                .map(status -> status.getPath().getName())
                .filter(name -> isName(name) && !isLinkedOut(new Path(parent, name)))
                .sorted()
                .toList();
    }

    private List<FileStatus> list(Path folder) {
        try {
            return List.of(fs.listStatus(folder));
        } catch (FileNotFoundException e) {
            return List.of();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    private boolean isDirectory(Path path) {
        try {
            return fs.getFileStatus(path).isDirectory();
        } catch (FileNotFoundException e) {
            return false;
        } catch (IOException e) {
            throw unreadable(path, e);
        }
    }

    private String stamp(Path file) {
        try {
            FileStatus status = fs.getFileStatus(file);
            return status.getModificationTime() + "/" + status.getLen();
        } catch (FileNotFoundException e) {
            return null;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private byte[] read(Path file) {
        try (InputStream in = fs.open(file)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private void write(Path file, byte[] content, String what) {
        // Written aside and renamed over, so that a reader sees the old file or the new one, never a part.
        Path draft = new Path(file.getParent(), ".draft-" + UUID.randomUUID());
        try {
            try (OutputStream out =
                    context.create(draft, EnumSet.of(CreateFlag.CREATE), Options.CreateOpts.createParent())) {
                out.write(content);
            }
            context.rename(draft, file, Options.Rename.OVERWRITE);
        } catch (IOException e) {
            delete(draft, false);
            throw unwritable("the entry of " + what, e);
        }
    }

    private void delete(Path path, boolean recursive) {
        try {
            fs.delete(path, recursive);
        } catch (IOException e) {
            if (!recursive) {
                throw new UncheckedIOException(e);
            }
            // What was dropped is out of sight already; its bytes are left to whoever cleans the folder.
            LOG.warn("Cannot delete {}: {}", path, e.toString());
        }
    }

    private static AthanorException unreadable(Path path, IOException cause) {
        return new AthanorException(
                "Cannot read " + path,
                rootMessage(cause),
                "Check that this user may read the warehouse, and that its file system is up",
                cause);
    }
}
