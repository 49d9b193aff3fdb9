package dev.athanor.pipelines.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Runs the README's shell blocks in their order, in one empty folder, so that they cannot rot. */
class ReadmeIT {
    private static final Pattern SHELL = Pattern.compile("(?ms)^```sh\\n(.*?)^```");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!http)([^)#]+)\\)");

    @Test
    void theShellBlocksRunInTheirOrder() throws Exception {
        Path root = Checkout.root();
        Path folder = Checkout.scratch("readme");
        Files.createSymbolicLink(folder.resolve("athanor"), root.resolve("athanor"));
        List<String> blocks = new ArrayList<>();
        Matcher block = SHELL.matcher(Files.readString(root.resolve("README.md")));
        while (block.find()) {
            // This test is part of the build already.
            blocks.add(block.group(1)
                    .lines()
                    .filter(line -> !line.startsWith("mvn "))
                    .collect(Collectors.joining("\n")));
        }
        assertThat(blocks).as("shell blocks of the README").hasSizeGreaterThanOrEqualTo(3);

        StringBuilder said = new StringBuilder();
        for (String commands : blocks) {
            Checkout.Result result = Checkout.run(
                    folder,
                    Map.of("ATHANOR_NO_BUILD", "1", "ATHANOR_JAVA_OPTS", "-Xmx2g"),
                    400,
                    List.of("bash", "-euo", "pipefail", "-c", commands));
            said.append(result.succeeded().out());
        }

        assertThat(said).contains("digits@1", "try next:", "mydigits@1");
        assertThat(folder.resolve("athanor-report/report.html")).isRegularFile();
        assertThat(folder.resolve("athanor-report/mydigits/report.html")).isRegularFile();
        assertThat(folder.resolve("athanor-warehouse/default/digits_predicted/_delta_log"))
                .isDirectory();
    }

    @Test
    void everyLinkLeadsToAFile() throws Exception {
        Path root = Checkout.root();
        Matcher link = LINK.matcher(Files.readString(root.resolve("README.md")));
        int links = 0;
        while (link.find()) {
            links++;
            assertThat(root.resolve(link.group(1))).exists();
        }
        assertThat(links).isGreaterThanOrEqualTo(4);
    }
}
