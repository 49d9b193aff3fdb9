package dev.athanor.engine.train;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Keeps the newest checkpoint of one run where a restarted run finds it; replacing it is atomic. */
public interface CheckpointStore {
    /** The newest complete checkpoint. */
    Optional<InputStream> latest() throws IOException;

    /** Replaces the checkpoint; on any failure the previous one stays. */
    void save(Writer content) throws IOException;

    /** Writes a checkpoint's bytes. */
    interface Writer {
        void writeTo(java.io.OutputStream out) throws IOException;
    }
}
