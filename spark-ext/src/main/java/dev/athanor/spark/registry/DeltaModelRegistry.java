package dev.athanor.spark.registry;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.model.Manifest;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.engine.text.NearestName;
import dev.athanor.spark.platform.Failures;
import dev.athanor.spark.platform.Warehouse;
import dev.athanor.spark.registry.ModelTables.Content;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry in the warehouse: Delta tables {@code athanor.models} and {@code athanor.model_aliases}, packages under
 * {@code athanor/packages}. Thread-safe; safe for many processes.
 *
 * <p>Each version is one commit that Delta lets only one writer make: the version's number is the commit's transaction
 * number for its name. Whoever loses takes the next number, so of two writers both get a version. A number is never used
 * again, also after its version was deleted.
 */
public final class DeltaModelRegistry implements ModelRegistry {
    private static final int ATTEMPTS = 200;
    private static final Logger LOG = LoggerFactory.getLogger(DeltaModelRegistry.class);

    private final Warehouse warehouse;
    private final ModelTables tables;

    private DeltaModelRegistry(SparkSession spark) {
        warehouse = Warehouse.of(spark);
        tables = new ModelTables(spark);
    }

    /** The registry of a session's warehouse. Cheap. */
    public static DeltaModelRegistry of(SparkSession spark) {
        return new DeltaModelRegistry(spark);
    }

    @Override
    public ModelVersion resolve(ModelRef ref) {
        return find(content(), ref);
    }

    private Content content() {
        try {
            return tables.content();
        } catch (Exception e) {
            // Also the checked exceptions that Scala code throws undeclared.
            throw Failures.of("Cannot read the model registry " + tables.location(), e);
        }
    }

    private static ModelVersion find(Content content, ModelRef ref) {
        NavigableMap<Integer, ModelVersion> versions = versions(content, ref);
        if (ref.version() > 0) {
            ModelVersion version = versions.get(ref.version());
            if (version == null) {
                throw new AthanorException(
                        "Cannot find model " + ref,
                        "it has no version " + ref.version(),
                        "Its versions are "
                                + versions.keySet().stream()
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(", ")));
            }
            return version;
        }
        if (ref.alias() != null) {
            Map<String, Integer> pointers = content.pointers().getOrDefault(ref.name(), Map.of());
            ModelVersion version = versions.get(pointers.getOrDefault(ref.alias(), 0));
            if (version == null) {
                Set<String> aliases = pointers.entrySet().stream()
                        .filter(p -> versions.containsKey(p.getValue()))
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toSet());
                throw new AthanorException(
                        "Cannot find model " + ref,
                        "it has no alias '" + ref.alias() + "'",
                        aliases.isEmpty()
                                ? "Set it with 'athanor models promote " + ref.name() + " --alias " + ref.alias() + "'"
                                : hint(ref.alias(), aliases));
            }
            return version;
        }
        return versions.lastEntry().getValue();
    }

    private static NavigableMap<Integer, ModelVersion> versions(Content content, ModelRef ref) {
        TreeMap<Integer, ModelVersion> versions = content.versions().get(ref.name());
        if (versions == null) {
            throw new AthanorException(
                    "Cannot find model " + ref,
                    "there is no model '" + ref.name() + "' in this warehouse",
                    content.versions().isEmpty()
                            ? "Train one first, or set --warehouse to the folder it is in"
                            : hint(ref.name(), content.versions().keySet()));
        }
        return versions;
    }

    private static String hint(String name, Collection<String> known) {
        return NearestName.of(name, known)
                .map(near -> "Write '" + near + "' if you meant that")
                .orElseGet(() -> "There are " + known.stream().sorted().collect(Collectors.joining(", ")));
    }

    @Override
    public List<ModelVersion> list() {
        List<ModelVersion> all = new ArrayList<>();
        content()
                .versions()
                .values()
                .forEach(versions -> all.addAll(versions.descendingMap().values()));
        return all;
    }

    @Override
    public PackageFiles open(ModelVersion version) {
        return files(version.location());
    }

    private HadoopPackageFiles files(String location) {
        try {
            return new HadoopPackageFiles(location, warehouse.hadoop());
        } catch (IOException e) {
            throw Failures.of("Cannot open the package " + location, e);
        }
    }

    @Override
    public Draft draft(String name) {
        String plain = ModelRef.plainName(name);
        Path directory = new Path(warehouse.packages(), plain + "-" + UUID.randomUUID());
        try {
            warehouse.fileSystem().mkdirs(directory);
            DraftOwner.here().mark(warehouse.fileSystem(), directory);
        } catch (IOException e) {
            throw Failures.of("Cannot write a package of model " + plain + " to " + warehouse.packages(), e);
        }
        return new DeltaDraft(plain, directory, files(directory.toString()));
    }

    @Override
    public ModelVersion promote(ModelRef ref, String alias) {
        if (alias.isEmpty() || alias.equalsIgnoreCase("latest")) {
            throw new AthanorException(
                    "Cannot use '" + alias + "' as an alias",
                    alias.isEmpty()
                            ? "it is empty"
                            : "it would name one version for good, and a model's name alone names its newest",
                    "Give another alias, for example champion");
        }
        ModelRef.parse(ref.name() + "@" + alias);
        if (!alias.matches("[A-Za-z].*")) {
            throw new AthanorException(
                    "Cannot use '" + alias + "' as an alias",
                    "it looks like a version",
                    "Start it with a letter, for example champion");
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Content content = content();
            ModelVersion version = find(content, ref);
            if (version.aliases().contains(alias)) {
                return version;
            }
            if (log(content, version.name(), alias, version.version())) {
                return find(content(), new ModelRef(version.name(), version.version(), null));
            }
        }
        throw busy("Cannot promote model " + ref);
    }

    private boolean log(Content content, String name, String alias, int version) {
        try {
            return tables.log(content, name, alias, version);
        } catch (IOException e) {
            throw Failures.of("Cannot write the aliases of model " + name, e);
        }
    }

    private static AthanorException busy(String problem) {
        return new AthanorException(
                problem,
                "other processes were faster at each of " + ATTEMPTS + " attempts",
                "Try again when fewer of them write");
    }

    @Override
    public List<ModelVersion> delete(ModelRef ref) {
        Content content = content();
        List<ModelVersion> doomed = ref.version() == 0 && ref.alias() == null
                ? List.copyOf(versions(content, ref).values())
                : List.of(find(content, ref));
        for (ModelVersion version : doomed) {
            // The log first: should the process end here, the number is taken and the version still whole.
            forget(version);
            tables.remove(version);
            deletePackage(new Path(version.location()));
        }
        return doomed;
    }

    /** Unsets the aliases of a version, and notes its number as used. */
    private void forget(ModelVersion version) {
        List<String> entries = new ArrayList<>(version.aliases());
        entries.add(null);
        for (String alias : entries) {
            boolean done = false;
            for (int attempt = 1; attempt <= ATTEMPTS && !done; attempt++) {
                done = log(content(), version.name(), alias, alias == null ? version.version() : 0);
            }
            if (!done) {
                throw busy("Cannot delete model " + version.ref());
            }
        }
    }

    /**
     * Removes what processes that ended left a day ago of packages they were writing, and drafts older than any training;
     * what a process may still be writing stays. Never fails.
     */
    private void sweep(String name) {
        Pattern draft = Pattern.compile(Pattern.quote(name) + "-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
        try {
            FileSystem files = warehouse.fileSystem();
            List<FileStatus> found = Arrays.stream(files.listStatus(warehouse.packages()))
                    .filter(folder -> draft.matcher(folder.getPath().getName()).matches())
                    .toList();
            // Read after the list: what was registered by the time it was made is in it.
            Set<String> registered = content().versions().getOrDefault(name, new TreeMap<>()).values().stream()
                    .map(version -> new Path(version.location()).getName())
                    .collect(Collectors.toSet());
            for (FileStatus folder : found) {
                Path directory = folder.getPath();
                if (registered.contains(directory.getName())) {
                    DraftOwner.unmark(files, directory);
                } else if (DraftOwner.isAbandoned(files, folder)) {
                    LOG.info("Removing {}, which a process that ended left unfinished", directory);
                    deletePackage(directory);
                }
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("Unfinished packages of model {} could not be looked for or removed: {}", name, e.toString());
        }
    }

    private void deletePackage(Path directory) {
        if (!directory.getParent().equals(warehouse.packages())) {
            throw new AthanorException(
                    "Cannot delete the package " + directory,
                    "it is not in " + warehouse.packages(),
                    "Delete it by hand if it is not needed");
        }
        try {
            FileSystem files = warehouse.fileSystem();
            if (!files.delete(directory, true) && files.exists(directory)) {
                throw new IOException("Permission denied: " + directory);
            }
        } catch (IOException e) {
            throw Failures.of("Cannot delete the package " + directory, e);
        }
    }

    private final class DeltaDraft implements Draft {
        private final String name;
        private final Path directory;
        private final HadoopPackageFiles files;
        private boolean registered;

        DeltaDraft(String name, Path directory, HadoopPackageFiles files) {
            this.name = name;
            this.directory = directory;
            this.files = files;
        }

        @Override
        public PackageFiles files() {
            return files;
        }

        @Override
        public String location() {
            return directory.toString();
        }

        @Override
        public ModelVersion register(String runId) {
            try {
                Manifest manifest = ModelPackage.verify(files);
                String digest = ModelPackage.digest(files);
                for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                    Content content = tables.content();
                    for (ModelVersion known : content.versions()
                            .getOrDefault(name, new TreeMap<>())
                            .values()) {
                        if (runId != null && runId.equals(known.runId())) {
                            return known;
                        }
                    }
                    ModelVersion next = new ModelVersion(
                            name,
                            content.highest().getOrDefault(name, 0) + 1,
                            location(),
                            digest,
                            manifest.task().name(),
                            manifest.network(),
                            manifest.metrics(),
                            List.of(),
                            runId,
                            Instant.now().truncatedTo(ChronoUnit.MICROS));
                    if (tables.add(next, manifestText())) {
                        registered = true;
                        sweep(name);
                        return next;
                    }
                }
                throw busy("Cannot register model " + name);
            } catch (IOException e) {
                throw Failures.of("Cannot register model " + name, e);
            }
        }

        private String manifestText() throws IOException {
            try (InputStream in = files.open("athanor.json")) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }

        @Override
        public void close() {
            if (!registered) {
                deletePackage(directory);
            }
        }
    }
}
