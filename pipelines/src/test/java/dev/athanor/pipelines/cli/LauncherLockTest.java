package dev.athanor.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock of {@code ./athanor}'s build: its copy in an empty project, with programs of its own for java and Maven. */
class LauncherLockTest {
    @TempDir
    private Path folder;

    private Process process;

    @BeforeEach
    void project() throws Exception {
        Path script = Path.of("").toAbsolutePath();
        while (!Files.exists(script.resolve("athanor"))) {
            script = script.getParent();
        }
        Files.copy(script.resolve("athanor"), folder.resolve("athanor"));
        Files.writeString(folder.resolve("pom.xml"), "<project>\n");
        program("bin/mvn", "mkdir -p pipelines/target/launcher; echo x >pipelines/target/launcher/classpath.txt");
        program(
                "jdk/bin/java",
                "case $* in *-version) echo '  java.specification.version = 17' >&2 ;; *) echo started ;; esac");
    }

    @AfterEach
    void end() {
        if (process != null) {
            process.destroy();
        }
    }

    @Test
    void aLockWithoutANumberIsGivenUpAfterAWhile() throws Exception {
        Files.createDirectories(folder.resolve("target/launcher.lock"));
        start();
        assertThat(process.waitFor(5, TimeUnit.SECONDS))
                .as("its holder may be about to write its number")
                .isFalse();
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("out")).content().isEqualTo("started\n");
        assertThat(folder.resolve("target/launcher.lock")).doesNotExist();
    }

    @Test
    void aLockIsGivenUpWhenItsHolderIsDeadAndNotBefore() throws Exception {
        Process holder = new ProcessBuilder("sleep", "60").start();
        try {
            Path lock = Files.createDirectories(folder.resolve("target/launcher.lock"));
            Files.writeString(lock.resolve("pid"), holder.pid() + "\n");
            start();
            assertThat(process.waitFor(3, TimeUnit.SECONDS)).isFalse();
        } finally {
            holder.destroy();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(folder.resolve("out")).content().isEqualTo("started\n");
    }

    private void start() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        "sh", folder.resolve("athanor").toString(), "sql")
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile());
        builder.environment().remove("SPARK_HOME");
        builder.environment().remove("ATHANOR_NO_BUILD");
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        process = builder.start();
    }

    private void program(String path, String script) throws Exception {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }
}
