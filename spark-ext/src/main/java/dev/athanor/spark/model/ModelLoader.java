package dev.athanor.spark.model;

import dev.athanor.engine.model.Model;

/** Reads a model package into memory. */
@FunctionalInterface
interface ModelLoader {
    /**
     * @param location Hadoop path of the package
     * @param digest sha256 of its manifest, in hex
     * @param kernels provider asked for: {@code auto} or a name
     * @throws dev.athanor.engine.AthanorException naming the file, when the package is not what was registered
     */
    Model load(String location, String digest, String kernels);
}
