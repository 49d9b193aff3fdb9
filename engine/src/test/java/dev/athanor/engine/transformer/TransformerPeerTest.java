package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.athanor.engine.PeerPython;
import org.junit.jupiter.api.Test;

/** The goldens of every family are what PyTorch and {@code transformers} compute; in profile {@code peers}. */
class TransformerPeerTest {
    private static final int FAMILIES = 10;

    @Test
    void theGoldensAreWhatTheScriptMakes() throws Exception {
        String printed = PeerPython.run(
                "transformers_goldens.py",
                "torch, transformers, safetensors",
                "--check",
                Goldens.folder("bert").getParent().toString());
        String[] lines = printed.strip().split("\n", -1);
        assertThat(lines).hasSize(FAMILIES);
        for (String line : lines) {
            JsonNode family = new ObjectMapper().readTree(line);
            assertThat(family.get("wrong")).as(line).isEmpty();
            assertThat(family.get("tensors").asInt()).as(line).isPositive();
        }
    }
}
