package dev.athanor.spark.model;

import dev.athanor.engine.AthanorException;
import dev.athanor.engine.kernels.KernelRegistry;
import dev.athanor.engine.model.Model;
import dev.athanor.engine.model.ModelPackage;
import dev.athanor.engine.model.PackageFiles;
import dev.athanor.spark.conf.AthanorConf;
import dev.athanor.spark.registry.HadoopPackageFiles;
import java.io.IOException;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/** Loads models from their packages on any Hadoop file system. */
final class PackageLoader implements ModelLoader {
    /** Bytes of weights that this process keeps. */
    static long limit() {
        return AthanorConf.ofProcess().get(AthanorConf.INFERENCE_MODEL_CACHE);
    }

    @Override
    public Model load(String location, String digest, String kernels) {
        PackageFiles files = open(location);
        String found = ModelPackage.digest(files);
        if (!found.equals(digest)) {
            throw new AthanorException(
                    "Cannot load model package " + location,
                    "its athanor.json has sha256 " + found + " and not " + digest + " as registered",
                    "Restore the file, or train the model again");
        }
        return ModelPackage.load(files, KernelRegistry.select(kernels).kernels());
    }

    private static PackageFiles open(String location) {
        try {
            return new HadoopPackageFiles(
                    location,
                    SparkHadoopUtil.get().newConfiguration(SparkEnv.get().conf()));
        } catch (IOException e) {
            throw new AthanorException(
                    "Cannot load model package " + location,
                    "its file system does not open: " + e.getMessage(),
                    "Check that this executor reaches the warehouse",
                    e);
        }
    }
}
