package dev.athanor.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What an architecture says of itself, counted again from its {@code config.json}. */
class TransformerSpecTest {
    @Test
    void operationsOfAnEncodersToken() throws Exception {
        JsonNode config = config("bert");
        long width = config.get("hidden_size").asLong();
        long feed = config.get("intermediate_size").asLong();
        long layers = config.get("num_hidden_layers").asLong();
        assertThat(TransformerFolder.open(Goldens.folder("bert")).spec().operationsPerToken())
                .isEqualTo(2 * layers * (4 * width * width + 2 * width * feed));
    }

    @Test
    void operationsOfATokenWithSharedKeysAndAGate() throws Exception {
        JsonNode config = config("llama");
        long width = config.get("hidden_size").asLong();
        long feed = config.get("intermediate_size").asLong();
        long layers = config.get("num_hidden_layers").asLong();
        long heads = config.get("num_attention_heads").asLong();
        long keys = config.get("num_key_value_heads").asLong() * width / heads;
        assertThat(keys).as("keys that heads share").isLessThan(width);
        assertThat(TransformerFolder.open(Goldens.folder("llama")).spec().operationsPerToken())
                .isEqualTo(2 * layers * (2 * width * width + 2 * width * keys + 3 * width * feed));
    }

    private static JsonNode config(String family) throws Exception {
        Path file = Goldens.folder(family).resolve("config.json");
        return new ObjectMapper().readTree(file.toFile());
    }
}
