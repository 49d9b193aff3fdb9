package dev.athanor.engine.format;

import dev.athanor.engine.AthanorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One <a href="https://github.com/huggingface/safetensors#format">safetensors</a> file, or the shards of one model, read
 * in place.
 */
public final class SafeTensorsFile implements WeightFile {
    /** The file that a model's folder holds where it is not sharded. */
    public static final String SINGLE = "model.safetensors";
    /** The file that says which shard holds which tensor. */
    public static final String INDEX = "model.safetensors.index.json";

    private final String location;
    private final List<MappedFile> files = new ArrayList<>();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafeTensorsFile(String location) {
        this.location = location;
    }

    /**
     * Opens a file, or the model in a folder: its {@link #SINGLE}, or all shards that its {@link #INDEX} names.
     *
     * @throws AthanorException whatever is missing, or wrong with a file or the index
     */
    public static SafeTensorsFile open(Path path) {
        SafeTensorsFile result = new SafeTensorsFile(path.toString());
        try {
            if (!Files.isDirectory(path)) {
                result.add(path);
            } else if (Files.exists(path.resolve(SINGLE))) {
                result.add(path.resolve(SINGLE));
            } else if (Files.exists(path.resolve(INDEX))) {
                result.addShards(path);
            } else {
                throw new AthanorException(
                        MappedFile.problem(path),
                        "the folder has neither " + SINGLE + " nor " + INDEX,
                        "Check the path, or convert the weights to safetensors");
            }
            return result;
        } catch (RuntimeException e) {
            result.close();
            throw e;
        }
    }

    private void addShards(Path folder) {
        ShardIndex index = ShardIndex.read(folder.resolve(INDEX));
        for (String shard : index.shards()) {
            if (!Files.exists(folder.resolve(shard))) {
                throw index.damaged("it names the shard " + shard + ", which the folder lacks");
            }
            index.check(shard, add(folder.resolve(shard)));
        }
    }

    /** Returns the names of its tensors. */
    private List<String> add(Path path) {
        MappedFile file = MappedFile.open(path);
        files.add(file);
        if (file.size() < Long.BYTES) {
            throw SafeTensorsHeader.damaged(
                    path.toString(), "it has " + file.size() + " bytes, fewer than the 8 of a header's length");
        }
        ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        file.read(length, 0);
        int headerSize = SafeTensorsHeader.length(length.getLong(0), file.size(), path.toString());
        byte[] header = new byte[headerSize];
        file.read(ByteBuffer.wrap(header), Long.BYTES);
        long data = Long.BYTES + (long) headerSize;
        SafeTensorsHeader.Contents contents = parse(header, file, data);
        metadata.putAll(contents.metadata());
        List<String> names = new ArrayList<>();
        for (SafeTensorsHeader.Entry e : contents.entries()) {
            tensors.put(e.name(), new StoredTensor(e.name(), e.encoding(), e.shape(), file, data + e.begin()));
            names.add(e.name());
        }
        return names;
    }

    private static SafeTensorsHeader.Contents parse(byte[] header, MappedFile file, long data) {
        String location = file.path().toString();
        try {
            return new SafeTensorsHeader(location).parse(header, file.size() - data);
        } catch (IOException e) {
            throw new AthanorException(
                    MappedFile.problem(location), "its header cannot be read: " + e, "Check the file", e);
        }
    }

    @Override
    public Map<String, StoredTensor> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    /** The free texts of the header; of all shards, where there are several. */
    @Override
    public WeightMetadata metadata() {
        return new WeightMetadata(location, metadata);
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public void close() {
        files.forEach(MappedFile::close);
    }
}
