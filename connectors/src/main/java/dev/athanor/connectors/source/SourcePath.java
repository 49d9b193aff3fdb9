package dev.athanor.connectors.source;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.text.NearestName;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** A user's path, checked to exist: a file, a folder, or a glob with at least one match. */
final class SourcePath {
    private static final Pattern GLOB = Pattern.compile("([{}\\[\\]*?\\\\])");
    private static final int LISTING_LIMIT = 10_000;

    private final String input;
    private final FileSystem files;
    private final List<FileStatus> roots;
    private final boolean glob;

    private SourcePath(String input, FileSystem files, List<FileStatus> roots, boolean glob) {
        this.input = input;
        this.files = files;
        this.roots = roots;
        this.glob = glob;
    }

    /** @throws AthanorException when nothing is there, with the nearest name in the same folder */
    static SourcePath of(String input, Configuration configuration) {
        try {
            Path path = new Path(input);
            FileSystem files = path.getFileSystem(configuration);
            Optional<FileStatus> status = status(files, path);
            if (status.isPresent()) {
                return new SourcePath(input, files, List.of(status.get()), false);
            }
            FileStatus[] matches = GLOB.matcher(input).find() ? files.globStatus(path) : null;
            if (matches != null && matches.length > 0) {
                return new SourcePath(input, files, List.of(matches), true);
            }
            throw missing(input, path, files);
        } catch (AthanorException e) {
            throw e;
        } catch (IllegalArgumentException e) {
            throw new AthanorException("Cannot read '" + input + "'", "it is not a path", "Correct --input", e);
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot read " + input, SourceErrors.reason(e), "Check the path and that it may be read", e);
        }
    }

    private static Optional<FileStatus> status(FileSystem files, Path path) throws IOException {
        try {
            return Optional.of(files.getFileStatus(path));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }

    private static AthanorException missing(String input, Path path, FileSystem files) throws IOException {
        Path folder = path.getParent() == null ? new Path(".") : path.getParent();
        Optional<FileStatus> parent = status(files, folder);
        if (parent.isEmpty() || !parent.get().isDirectory()) {
            return new AthanorException(
                    "Cannot read " + input, "there is no folder " + folder, "Correct --input, or create the folder");
        }
        List<String> names = Arrays.stream(files.listStatus(folder))
                .limit(LISTING_LIMIT)
                .map(s -> s.getPath().getName())
                .toList();
        String remedy = NearestName.of(path.getName(), names)
                .map(n -> "Did you mean " + sibling(input, path.getName(), n))
                .orElse(
                        names.isEmpty()
                                ? "Correct --input; the folder " + folder + " is empty"
                                : "Correct --input; the folder holds "
                                        + String.join(", ", names.subList(0, Math.min(10, names.size()))));
        return new AthanorException("Cannot read " + input, "there is no such file or folder", remedy);
    }

    private static String sibling(String input, String wrong, String right) {
        int at = input.lastIndexOf(wrong);
        return at < 0 ? right : input.substring(0, at) + right + input.substring(at + wrong.length());
    }

    String input() {
        return input;
    }

    FileSystem files() {
        return files;
    }

    /** The file or folder itself, or the first match of a glob. */
    FileStatus first() {
        return roots.get(0);
    }

    List<FileStatus> roots() {
        return roots;
    }

    boolean isFolder() {
        return first().isDirectory();
    }

    /** The path for a Spark reader, which reads every path as a glob: characters that are literal here are escaped. */
    String forSpark() {
        return glob ? input : GLOB.matcher(input).replaceAll("\\\\$1");
    }

    /** Whether the name has characters of a glob that are meant literally: Spark's multi-line readers fail on those. */
    boolean hasLiteralGlob() {
        return !glob && GLOB.matcher(input).find();
    }

    /** Files below the path, hidden ones left out, at most {@code limit}; folders are walked breadth first. */
    List<FileStatus> dataFiles(int limit) {
        List<FileStatus> found = new ArrayList<>();
        List<FileStatus> folders = new ArrayList<>();
        for (FileStatus root : roots) {
            (root.isDirectory() ? folders : found).add(root);
        }
        try {
            for (int i = 0; i < folders.size() && found.size() < limit; i++) {
                for (FileStatus child : files.listStatus(folders.get(i).getPath())) {
                    String name = child.getPath().getName();
                    boolean partition = child.isDirectory() && name.contains("=");
                    if (name.startsWith(".") || (name.startsWith("_") && !partition)) {
                        continue;
                    }
                    (child.isDirectory() ? folders : found).add(child);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort((a, b) -> a.getPath().compareTo(b.getPath()));
        return found.size() > limit ? found.subList(0, limit) : found;
    }

    /** Whether the folder is a Delta table. */
    boolean isDelta() {
        try {
            return isFolder() && files.exists(new Path(first().getPath(), "_delta_log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    AthanorException empty() {
        return new AthanorException(
                "Cannot read " + input,
                isFolder() ? "the folder holds no data files" : "the file is empty",
                "Check that the data was written there");
    }
}
