package dev.athanor.spark.job;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
public final class CodeVersion {
    /** {@code 0.1.0-SNAPSHOT}. */
    public static final String TEXT = read();

    private CodeVersion() {}

    private static String read() {
        try (InputStream in = CodeVersion.class.getResourceAsStream("version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
