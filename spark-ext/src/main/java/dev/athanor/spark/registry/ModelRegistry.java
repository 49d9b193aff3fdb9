package dev.athanor.spark.registry;

import dev.athanor.engine.model.PackageFiles;
import java.util.List;

/**
 * Models by name, version and alias. Thread-safe; safe for many processes over one warehouse.
 *
 * <p>A version becomes visible in one Delta commit, after all its files; two writers that register at once get two
 * versions.
 */
public interface ModelRegistry {
    /** @throws dev.athanor.engine.AthanorException when nothing matches, with the nearest name */
    ModelVersion resolve(ModelRef ref);

    /** All versions, by name, newest first. */
    List<ModelVersion> list();

    /** The files of a registered version. */
    PackageFiles open(ModelVersion version);

    /** A new, empty, invisible package directory; register it, or discard it. */
    Draft draft(String name);

    /** Points an alias at a version, moving it from where it was. */
    ModelVersion promote(ModelRef ref, String alias);

    /** Removes a version (or, for a bare name, all versions) and its files. */
    List<ModelVersion> delete(ModelRef ref);

    /** A package being written. */
    interface Draft extends AutoCloseable {
        PackageFiles files();

        /** Hadoop path of the directory being written, reachable from every executor. */
        String location();

        /** Verifies the files and commits the version; idempotent per run id: registering again returns the version. */
        ModelVersion register(String runId);

        /** Deletes the files unless {@link #register} succeeded. */
        @Override
        void close();
    }
}
