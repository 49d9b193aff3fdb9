package dev.athanor.engine.onnx;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The files beside a model that hold its large tensors: in its own folder, or not at all. */
final class ExternalData {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final long LONGEST = Integer.MAX_VALUE;

    private final OnnxModel.Beside beside;
    private final String location;
    private final Map<String, Path> files = new TreeMap<>();

    ExternalData(OnnxModel.Beside beside, String location) {
        this.beside = beside;
        this.location = location;
    }

    /** The files that tensors were read from, by name. */
    Map<String, Path> files() {
        return files;
    }

    /**
     * Maps a stretch of a file.
     *
     * @param length bytes, or -1 for all that follow
     */
    ByteBuffer map(String tensor, String file, long offset, long length) {
        if (!PLAIN.matcher(file).matches()) {
            throw refused(tensor, file, "which is not a file of the model's own folder");
        }
        try {
            Path path = files.get(file);
            if (path == null) {
                path = beside.find(file);
                if (path == null || !Files.isRegularFile(path)) {
                    throw refused(tensor, file, "which is not there");
                }
                files.put(file, path);
            }
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                long bytes = length < 0 ? channel.size() - offset : length;
                if (offset < 0 || bytes < 0 || bytes > LONGEST || offset > channel.size() - bytes) {
                    throw refused(
                            tensor,
                            file,
                            "bytes " + offset + " to " + (offset + bytes) + ", which has " + channel.size());
                }
                return channel.map(FileChannel.MapMode.READ_ONLY, offset, bytes);
            }
        } catch (IOException e) {
            throw refused(tensor, file, "which cannot be read: " + e);
        }
    }

    private AthanorException refused(String tensor, String file, String why) {
        return new AthanorException(
                OnnxModel.problem(location),
                "tensor " + tensor + " is kept in the file '" + file + "', " + why,
                "Keep the model and its data file in one folder, as they were exported");
    }
}
