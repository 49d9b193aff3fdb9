package dev.athanor.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.athanor.engine.PeerPython;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** ONNX's own test cases of every operator that is computed, of the version that is installed beside Python. */
class NodeSuiteTest {
    @Test
    void everyCaseOfEveryOperatorPasses() throws Exception {
        Path folder = Files.createDirectories(Path.of("target", "onnx-nodes"));
        Path operators = Files.write(folder.resolve("operators.txt"), OnnxOperators.names());
        PeerPython.run("onnx_nodes.py", "onnx", folder.toString(), operators.toString());
        NodeCases cases = NodeCases.run(folder);
        System.out.println(cases.report());
        assertThat(cases.failures()).as(cases.report()).isEmpty();
        assertThat(cases.passed().keySet()).as("operators with a case").containsAll(OnnxOperators.names());
    }
}
