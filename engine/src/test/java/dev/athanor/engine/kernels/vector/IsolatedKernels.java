package dev.athanor.engine.kernels.vector;

import dev.athanor.engine.kernels.KernelProvider;
import dev.athanor.engine.kernels.Kernels;
import java.io.IOException;
import java.io.InputStream;

/** Loads the vector kernels once more with vectors of another width, which is a constant of the loaded classes. */
final class IsolatedKernels extends ClassLoader {
    private static final String PACKAGE = "dev.athanor.engine.kernels.vector.";

    private IsolatedKernels() {
        super(KernelProvider.class.getClassLoader());
    }

    static Kernels ofBits(int bits) {
        String before = System.getProperty(Lanes.BITS_PROPERTY);
        System.setProperty(Lanes.BITS_PROPERTY, Integer.toString(bits));
        try {
            Class<?> provider = Class.forName(PACKAGE + "VectorProvider", true, new IsolatedKernels());
            KernelProvider.Availability availability =
                    ((KernelProvider) provider.getConstructor().newInstance()).probe();
            return ((KernelProvider.Availability.Available) availability).kernels();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        } finally {
            if (before == null) {
                System.clearProperty(Lanes.BITS_PROPERTY);
            } else {
                System.setProperty(Lanes.BITS_PROPERTY, before);
            }
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(PACKAGE)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
